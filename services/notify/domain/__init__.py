"""The rules of pushing: pure, synchronous, in memory."""
