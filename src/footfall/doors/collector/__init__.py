"""The collector: what clients send over HTTP is on disk before they are told so."""
