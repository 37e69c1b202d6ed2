"""What the HTTP side of every service shares: application, problems, access, pages, and the feed's door."""
