"""``python -m shipway.localcloud``: the local cloud as a process of its own."""

from __future__ import annotations

import argparse
import logging
import sys

from shipway.errors import ShipwayError
from shipway.localcloud.engines import make_engine
from shipway.localcloud.server import Settings, run


def main() -> int:
    """Parse the options, run until told to stop, return the exit code."""
    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m shipway.localcloud", description=__doc__)
    parser.add_argument("--account", default=defaults.account, help="12 digits")
    parser.add_argument("--region", default=defaults.region)
    parser.add_argument("--port", type=int, default=defaults.port, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--time-scale", type=float, default=defaults.time_scale, help="AWS seconds per real second"
    )
    parser.add_argument(
        "--authorize",
        action=argparse.BooleanOptionalAction,
        default=defaults.authorize,
        help="hold calls that are made as a role to the deployed policies",
    )
    parser.add_argument("--engine", default="process", choices=["process"])
    parser.add_argument("--log-level", default="INFO")
    options = parser.parse_args()
    logging.basicConfig(
        level=options.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    logging.getLogger("botocore").setLevel(logging.WARNING)
    settings = Settings(options.account, options.region, options.port, options.time_scale, options.authorize)
    try:
        run(settings, lambda report: make_engine(options.engine, report))
    except ShipwayError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a program's last word
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
