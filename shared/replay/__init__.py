"""Doing it again: projections that follow the log, rebuilt beside the live ones."""
