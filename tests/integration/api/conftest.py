"""The API on a real database, and stubs that carry a token."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import psycopg
import pytest

from services.api_process import SERVICES
from services.registry.tokens import issue
from services.runtime.rpc_settings import RpcSettings
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database

SCOPES = (
    "access.self",
    "alarms.define",
    "alarms.handle",
    "alarms.read",
    "areas.read",
    "areas.staff",
    "areas.write",
    "indicators.define",
    "indicators.read",
    "records.approve",
    "records.personal",
    "records.read",
    "records.write",
    "registry.read",
    "registry.write",
    "registry.operate",
    "telemetry.command",
    "telemetry.operate",
    "telemetry.read",
    "telemetry.write",
    "walls.operate",
    "walls.read",
)

Metadata = tuple[tuple[str, str], ...]


def bearer(secret: str) -> Metadata:
    return (("authorization", f"Bearer {secret}"),)


@pytest.fixture
def new_token(database: Database) -> Callable[..., str]:
    """Issues a token with the scopes given, or with all."""

    def make(*scopes: str, name: str = "test", **more: Any) -> str:
        with psycopg.connect(database.dsn("registry")) as connection:
            return issue(connection, name, scopes or SCOPES, None, **more)

    return make


@pytest.fixture
def metadata(new_token: Callable[..., str]) -> Metadata:
    """Metadata of a caller who may do everything."""
    return bearer(new_token())


@pytest.fixture
def settings() -> RpcSettings:
    return RpcSettings(port=0, grace_s=1)


@pytest.fixture
def address(database: Database, settings: RpcSettings) -> Iterator[str]:
    with serving_contexts(database, tuple(SERVICES), settings) as address:
        yield address


@pytest.fixture
def channel(address: str) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(address) as channel:
        yield channel
