"""The command line and the all-in-one launcher; it knows everything and nobody imports it."""
