"""Feeding from an officer's disk: files become events, sent until the door has them, followed to their verdicts."""
