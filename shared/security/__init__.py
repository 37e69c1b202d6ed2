"""Keys and roles, signatures, sealed values, receipts and limits."""
