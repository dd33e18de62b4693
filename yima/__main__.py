"""`python -m yima`."""

import sys

from yima.cli import main

if __name__ == "__main__":
    sys.exit(main())
