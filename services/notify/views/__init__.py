"""What people ask of notify; nothing here decides."""
