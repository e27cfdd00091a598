"""What the soak runs on: private servers, registered devices, and a gateway that is always started again."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import psycopg

from services.contexts import CONTEXTS
from services.local.environment import Wiring, role_dsns
from services.local.ports import Ports
from services.local.rabbitmq import VHOST
from services.registry import store as registry
from tests.faults.fleet import Fleet
from tests.faults.soak_processes import Clock, Kept
from tests.faults.soak_servers import Plan, Servers, SoakPostgres, running_servers
from tests.fixtures.ports import free_port
from tests.fixtures.processes import CHECKOUT, Processes
from tests.fixtures.proxy import Proxy
from tests.fixtures.servers import PASSWORD, Database, migrate
from tests.fixtures.stack import Stack
from tests.integration.gateway_world import a_device

SHARD = "s0"
POISONER = "poison-001"
_NAME = "soak"


@dataclass
class World:
    """Everything that runs."""

    plan: Plan
    servers: Servers
    database: Database
    line: Proxy  # between gateway and database
    clock: Clock  # of the gateway
    gateway: Kept
    relay: Kept
    fleet: Fleet
    chance: random.Random
    poison: set[bytes] = field(default_factory=set)  # payloads that belong into quarantine

    @property
    def postgres(self) -> SoakPostgres:
        return self.servers.postgres

    def start(self) -> None:
        """Gateway and relay, on the shipped settings but for the line between gateway and database."""
        through = self.telemetry_dsn.replace(f":{self.postgres.port}/", f":{self.line.port}/")
        settings = {"HAIDANG_TELEMETRY_DSN": through, "HAIDANG_GATEWAY_SHARDS": json.dumps([SHARD])}
        self.gateway.start(settings | self.clock.settings())
        self.relay.start({})
        self.gateway.wait_ready()

    def stop(self) -> None:
        """The product's processes and the devices end; the servers are others' to stop."""
        for kept in (self.gateway, self.relay):
            kept.stop()
        self.line.close()
        self.clock.forget(running.process.pid for running in self.gateway.all)
        self.fleet.stop()

    @property
    def ended_by_themselves(self) -> list[str]:
        """Processes that nobody had killed, with the end of their logs."""
        return self.gateway.ended_by_themselves + self.relay.ended_by_themselves

    @property
    def telemetry_dsn(self) -> str:
        return self.database.dsn("telemetry")

    def scalar(self, query: str) -> int:
        """One number from the database, asked past the proxy."""
        return int(self.rows(query)[0][0] or 0)

    def rows(self, query: str) -> list[tuple[float, ...]]:
        """The same for more than one."""
        with psycopg.connect(self.telemetry_dsn) as conn:
            return conn.execute(query).fetchall()

    def stored(self) -> int:
        """Rows that stand."""
        return self.scalar("SELECT count(*) FROM telemetry.readings")


@contextmanager
def running_world(plan: Plan, faketime: Path | None) -> Iterator[World]:
    """Everything started; nothing of it stays. `faketime`: the library that can lie to the gateway."""
    names = [*(f"soak-{number:03d}" for number in range(plan.devices)), POISONER]
    with running_servers(plan, names) as servers:
        database = _database(servers.postgres)
        _register(database, names)
        _forbid_poison(database)
        stack = _stack(database, servers)
        world = World(
            plan,
            servers,
            database,
            Proxy(servers.postgres.port),
            Clock(servers.folder / "clock", faketime),
            Kept("gateway", stack),
            Kept("relay", stack),
            Fleet(servers.broker.port, _topics(names), {POISONER}, PASSWORD, plan.per_s, plan.seed),
            random.Random(plan.seed),
        )
        try:
            world.start()
            yield world
        finally:
            world.stop()


def _topics(names: Sequence[str]) -> dict[str, str]:
    return {name: f"ioc/v1/{SHARD}/devices/{name}/telemetry" for name in names}


def _register(database: Database, names: Sequence[str]) -> None:
    with psycopg.connect(database.dsn("registry")) as conn:
        registry.put_devices(conn, [a_device(name, SHARD) for name in names])


def _database(server: SoakPostgres) -> Database:
    passwords = {context.name: f"{PASSWORD}-{context.name}" for context in CONTEXTS}
    with psycopg.connect(server.dsn(), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {_NAME}")
    made = Database(server, _NAME, server.dsn(_NAME), role_dsns(server.port, _NAME, passwords))
    migrate(made)
    return made


def _forbid_poison(database: Database) -> None:
    """The constraint stands for the bug that nobody thought of: a value that the store itself refuses."""
    with psycopg.connect(database.dsn("telemetry"), autocommit=True) as conn:
        conn.execute("ALTER TABLE telemetry.readings ADD CONSTRAINT poison CHECK (value <> -13)")


def _stack(database: Database, servers: Servers) -> Stack:
    processes = Processes(servers.folder / "logs")
    processes.folder.mkdir()
    free = {each.name: free_port() for each in fields(Ports)}
    ports = replace(Ports(**free), mqtt=servers.broker.port, postgres=database.server.port)
    wiring = Wiring(
        ports=ports,
        admin_dsn=database.admin_dsn,
        dsns=database.dsns,
        amqp_url=servers.rabbit.url(VHOST),
        mqtt_credentials=servers.broker.credentials,
        credentials_file=processes.folder / "no-credentials",
        page=CHECKOUT / "dashboards/wall/dist",
        broker_folder=servers.broker.folder,
    )
    return Stack(wiring, processes)
