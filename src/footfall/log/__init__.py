"""The log: events that never change, refused rows, and what was imported."""
