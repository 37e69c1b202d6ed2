"""What services say to each other: envelope, facts, topics, codes. Changed only by adding."""
