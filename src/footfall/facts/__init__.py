"""How events become facts: the projection of the log, and the visible list of steps that builds it."""
