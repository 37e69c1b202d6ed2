"""The store: a port, SQLite and MongoDB adapters, the relay that publishes what is owed, and blobs."""
