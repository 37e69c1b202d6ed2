"""The rules of the catalog: filings merged, gates passed, attributes with their history. Pure."""
