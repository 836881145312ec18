"""The dashboard and the read API over HTTP."""
