"""Benchmarks: one file per question, each prints a ratio against its limit or peer measured in the same run."""
