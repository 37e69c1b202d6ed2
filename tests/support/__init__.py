"""What several tests share: the broker and the MongoDB-wire server of a run, waiting, needing."""
