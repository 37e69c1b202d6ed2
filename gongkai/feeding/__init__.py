"""What stands between a file on an officer's disk and the feed: reading it, proposing its metadata, reading tables."""
