"""Which fixtures every test can ask for, and what unit tests may not do."""

import os
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.fixtures.processes import processes
from tests.fixtures.proxy import proxy
from tests.fixtures.servers import (
    _mosquitto,
    _rabbitmq,
    _template,
    _vhosts,
    database,
    empty_database,
    module_database,
    mosquitto,
    new_mosquitto,
    new_postgres,
    postgres_installation,
    postgres_server,
    rabbitmq,
    server_folder,
    server_user,
    store,
)
from tests.fixtures.stack import stack

__all__ = [
    "_mosquitto",
    "_rabbitmq",
    "_template",
    "_vhosts",
    "database",
    "empty_database",
    "module_database",
    "mosquitto",
    "new_mosquitto",
    "new_postgres",
    "postgres_installation",
    "postgres_server",
    "processes",
    "proxy",
    "rabbitmq",
    "server_folder",
    "server_user",
    "stack",
    "store",
]

_UNIT = Path(__file__).parent / "unit"

# No test fails for being slow: the first example on a fresh machine waits while tables of Unicode are made.
settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("unhurried")

# As it comes, structlog draws each traceback with all local variables: seconds of CPU an error.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store",
        choices=("postgres", "timescale"),
        default=os.environ.get("STORE") or "postgres",
        help="which database server tests run against (default: $STORE, else postgres)",
    )


def pytest_report_header(config: pytest.Config) -> str:
    return f"store: {config.getoption('--store')}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_UNIT):
            item.add_marker(pytest.mark.disable_socket)
