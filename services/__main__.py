"""The one launcher: `python -m services <process> …`. See `python -m services --help`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence


def worker(contexts: Sequence[str]) -> None:
    """nameko workers; eventlet must patch the standard library before anything else is imported."""
    import eventlet

    eventlet.monkey_patch()
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # the compiled wait would block every greenlet
    from services import worker_process

    worker_process.run(contexts)


def relay(contexts: Sequence[str]) -> None:
    """Positions for outbox rows, and their way to RabbitMQ."""
    from services import relay_process

    relay_process.run(contexts)


def api(contexts: Sequence[str]) -> None:
    """The gRPC API."""
    from services import api_process

    api_process.run(contexts)


def hub(_: Sequence[str]) -> None:
    """Live push to the walls."""
    from services.display.hub import run

    run()


def desk(_: Sequence[str]) -> None:
    """The operators' page, and its way to the gRPC API."""
    from services.display.desk.process import run

    run()


def doorkeeper(_: Sequence[str]) -> None:
    """MQTT credentials to the broker, and what it refused to the operators."""
    from services import doorkeeper_process

    doorkeeper_process.run()


def collector(_: Sequence[str]) -> None:
    """Pulls the sources of the records, and tells what was promised and has not come."""
    from services import collector_process

    collector_process.run()


def migrate(_: Sequence[str]) -> None:
    """Roles, schemas, rights and tables; may run any number of times."""
    from services.contexts import CONTEXTS
    from services.runtime.logs import configure
    from services.runtime.migrate import migrate as bring_up_to_date
    from services.runtime.settings import RuntimeSettings

    configure("migrate", RuntimeSettings())
    bring_up_to_date(os.environ["HAIDANG_ADMIN_DSN"], [context.schema() for context in CONTEXTS])


def token(arguments: Sequence[str]) -> None:
    """Bearer tokens of the gRPC API: `token create NAME --scope SCOPE …`."""
    from services.registry.tokens import main

    main(arguments)


def simulator(arguments: Sequence[str]) -> None:
    """The simulated province: `simulator provision`, `simulator run`."""
    from services.simulator.__main__ import main

    main(arguments)


def secrets(arguments: Sequence[str]) -> None:
    """Random secrets for docker-compose and Kubernetes: `secrets FOLDER`."""
    from services.local.deployment import main

    main(arguments)


PROCESSES: dict[str, Callable[[Sequence[str]], None]] = {
    process.__name__: process
    for process in (worker, relay, api, hub, desk, doorkeeper, collector, migrate, token, simulator, secrets)
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m services",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<10} {process.__doc__}" for name, process in PROCESSES.items()),
    )
    parser.add_argument("process", choices=PROCESSES)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="contexts (default: all) or a subcommand")
    chosen = parser.parse_args()
    try:
        PROCESSES[chosen.process](chosen.arguments)
    except KeyError as error:
        sys.exit(f"{chosen.process}: the setting {error} is missing from the environment")


if __name__ == "__main__":
    main()
