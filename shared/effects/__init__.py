"""Everything that leaves the house: one door, one guard, one id per effect for ever."""
