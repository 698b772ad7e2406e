"""`python -m genmimic`: the command line."""

import sys

from genmimic.cli import main

if __name__ == "__main__":
    sys.exit(main())
