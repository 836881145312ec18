"""Events as they happen, over HTTP."""
