"""Reports that leave the dashboard: one file, or a letter to those who subscribed."""
