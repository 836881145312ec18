"""What people see of an answer: every number formatted in one place, and tables. No input, no output."""
