"""A private database server, with the units and organisations of the month."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from services.contexts import CONTEXTS
from services.local.account import server_account
from services.local.environment import role_dsns
from services.local.postgres import PostgresServer
from tests.fixtures.ports import free_port
from tests.fixtures.servers import Database, migrate
from tests.load.bench_ingest_world import installation_of
from tests.truth.month import COMMUNES, ORGANISATIONS, PROVINCE

_PASSWORD = "only-for-tests"


@contextmanager
def private_database(store: str) -> Iterator[Database]:
    """A migrated database on a server of its own, both gone at the end."""
    account = server_account()
    with tempfile.TemporaryDirectory(prefix="haidang-truth-") as name:
        folder = Path(name)
        account.own_folder(folder, mode=0o755)
        server = PostgresServer(
            folder / "pg", account, free_port(), _PASSWORD, installation_of(store, account)
        )
        try:
            server.start()
            with psycopg.connect(server.dsn(), autocommit=True) as admin:
                admin.execute("CREATE DATABASE truth")
            passwords = {context.name: _PASSWORD for context in CONTEXTS}
            dsns = role_dsns(server.port, "truth", passwords)
            database = Database(server, "truth", server.dsn("truth"), dsns)
            migrate(database)
            yield database
        finally:
            server.stop()
            server.remove()


def write_map(folder: Path) -> None:
    """The communes with their days, beside what is sent out."""
    told = [
        {
            "code": one.code,
            "since": f"{one.since:%d/%m/%Y}",
            "until": f"{one.until:%d/%m/%Y}" if one.until else "",
        }
        for one in COMMUNES
    ]
    (folder / "communes.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in told), encoding="utf-8")


def draw_map(database: Database) -> None:
    """The province, its communes with the merge in the month, and who works there."""
    with psycopg.connect(database.dsn("areas")) as connection:
        units = [(PROVINCE, "Khánh Hòa", "province", None, "2020-01-01", None)]
        units += [(one.code, one.name, "commune", PROVINCE, one.since, one.until) for one in COMMUNES]
        connection.cursor().executemany(
            "INSERT INTO areas.units (code, name_vi, level, parent_code, valid_from, valid_to)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            units,
        )
        connection.cursor().executemany(
            "INSERT INTO areas.organisations (code, name_vi, kind, valid_from)"
            " VALUES (%s, %s, 'other', '2020-01-01')",
            ORGANISATIONS,
        )
