"""Whether a difference between variants is more than luck: pure functions on moments.

A variant is an `Arm`: how many units, their mean, their variance. Everything else follows from
arms: a test and its interval, a lift, a guardrail, a verdict. Nothing here reads a file, a clock
or a database, and only numpy and scipy are needed. Methods and their sources: decision 17.
"""
