"""How events become facts: the projection of the log, and the list of steps that builds it."""
