"""Owns the command line of the simulator: `python -m services simulator provision | run | office`."""

import argparse
import sys
from collections.abc import Sequence

from services.runtime.logs import configure
from services.runtime.settings import RuntimeSettings
from services.simulator.centre import CentreError
from services.simulator.credentials import CredentialsError
from services.simulator.office_run import run_office
from services.simulator.provision import provision
from services.simulator.real_areas import NoSuchProvince
from services.simulator.run import run


def main(argv: Sequence[str] | None = None) -> None:
    """Runs a subcommand; a failure is one clear line and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m services simulator")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("provision", help="make areas, agencies and devices known to the centre, over gRPC")
    runner = commands.add_parser("run", help="play all devices, over MQTT")
    runner.add_argument("--history-hours", type=float, help="how far back the devices remember, hours")
    commands.add_parser("office", help="hand in the records of all agencies, over gRPC")
    chosen = parser.parse_args(argv)
    try:
        if chosen.command == "provision":
            configure("simulator", RuntimeSettings())
            provision()
        elif chosen.command == "office":
            run_office()
        else:
            run(chosen.history_hours)
    except (CentreError, CredentialsError, NoSuchProvince) as error:
        sys.exit(f"simulator: {error}")


if __name__ == "__main__":
    main()
