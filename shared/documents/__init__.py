"""What stands between an officer's file and the feed: reading it, proposing its metadata, reading tables (报送准备)."""
