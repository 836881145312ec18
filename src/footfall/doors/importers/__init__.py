"""The door for files: JSON lines, CSV and Parquet, of events, of tables, of other programs."""
