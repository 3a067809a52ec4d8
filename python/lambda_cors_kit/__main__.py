"""`python -m lambda_cors_kit`, the same as the command `lambda-cors-kit`."""

from __future__ import annotations

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
