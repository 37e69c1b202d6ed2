"""The rules of handling requests: received dates, clocks, steps, decisions, conversion, Table II. Pure."""
