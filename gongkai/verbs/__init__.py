"""The verbs of the command line, one module each; ``gongkai.cli`` puts them together."""
