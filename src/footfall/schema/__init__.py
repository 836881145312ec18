"""What the columns of every table mean; DDL, checks and docs come from these pages."""
