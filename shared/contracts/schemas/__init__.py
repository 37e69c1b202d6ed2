"""The contract as JSON Schema: generated from the facts, committed, compared before anything replaces it."""
