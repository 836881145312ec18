"""What people see of an answer: tables, and every number formatted in one place. No I/O."""
