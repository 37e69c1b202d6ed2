"""The public portal as static files: a pure function of the topic ``publish`` and the blobs."""
