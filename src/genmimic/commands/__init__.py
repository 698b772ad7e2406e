"""One function per command of the command line; their docstrings are its help."""
