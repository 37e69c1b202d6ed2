"""The test suite; a package, so that `tests.support` is this checkout's whatever else is installed."""
