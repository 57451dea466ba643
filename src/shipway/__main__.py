"""``python -m shipway`` is ``shipway``."""

import sys

from shipway.cli.app import main

sys.exit(main())
