"""A calculator for summary data: what the statistics say of numbers that come from elsewhere."""
