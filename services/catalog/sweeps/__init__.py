"""Work that follows from state and from the date, not from a timer that survived."""

from services.catalog.sweeps.pending import Counting, Sweeps
from services.catalog.sweeps.reviewing import ReviewSweep

__all__ = ["Counting", "ReviewSweep", "Sweeps"]
