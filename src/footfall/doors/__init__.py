"""The doors: how events come in and numbers go out. Each is thin and knows the workspace."""
