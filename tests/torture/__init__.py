"""Fault injection: a broker and four services as processes of their own, killed and frozen under load, then checked."""
