"""The server: one address for the collector and the dashboard, and what keeps it in order."""
