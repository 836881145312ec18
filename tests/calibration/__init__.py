"""The methods measured by simulation: whether 5 % means 5 %, for money, and for who peeks."""
