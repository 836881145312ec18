"""What was tried, on whom, and what came of it: from a design to a decision with its reasons.

A design is a file that people write before they begin; the units are the persons who were exposed;
the numbers are those of the KPI catalogue, per person; the methods are `footfall.statistics`.
"""
