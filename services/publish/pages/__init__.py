"""The portal over HTTP: static files, and the search page."""
