"""Roles, schemas, rights and tables of the contexts; safe to run twice, and twice at once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote, urlencode

import psycopg
import structlog
import yoyo
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

log = structlog.get_logger(__name__)

OUTBOX_MIGRATIONS = Path(__file__).parent / "migrations"
# Installed, and loaded: a server that was not configured for it would refuse CREATE EXTENSION.
_TIMESCALE_OFFERED = """
SELECT 1 FROM pg_available_extensions
WHERE name = 'timescaledb' AND current_setting('shared_preload_libraries') LIKE '%timescaledb%'
"""
_READ_GRANTS: tuple[LiteralString, ...] = (
    "GRANT USAGE ON SCHEMA {schema} TO {reader}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT SELECT ON TABLES TO {reader}",
)


@dataclass(frozen=True, slots=True)
class Schema:
    """What one context needs in the database. Its role is the user of its DSN and owns the schema."""

    name: str
    dsn: str
    migrations: Path
    with_outbox: bool
    reads: Sequence[str]

    @property
    def role(self) -> str:
        return str(conninfo_to_dict(self.dsn)["user"])


def migrate(admin_dsn: str, schemas: Sequence[Schema]) -> None:
    """Brings the database to what the code expects. `admin_dsn` may create roles and extensions.

    One at a time, by an advisory lock: a second caller waits, then finds nothing to do.
    """
    with psycopg.connect(admin_dsn, autocommit=True) as admin, _alone(admin):
        _use_timescale_where_offered(admin)
        for schema in schemas:
            _make_role(admin, schema)
            _make_schema(admin, schema)
            _apply(schema)
        owners = {schema.name: schema.role for schema in schemas}
        for schema in schemas:
            _grant_reads(admin, schema, owners)


@contextmanager
def _alone(admin: psycopg.Connection) -> Iterator[None]:
    admin.execute("SELECT pg_advisory_lock(hashtext('haidang.migrate'))")
    try:
        yield
    finally:
        admin.execute("SELECT pg_advisory_unlock(hashtext('haidang.migrate'))")


def _use_timescale_where_offered(admin: psycopg.Connection) -> None:
    offered = admin.execute(_TIMESCALE_OFFERED).fetchone()
    if offered:
        admin.execute("CREATE EXTENSION IF NOT EXISTS timescaledb SCHEMA public")
        log.info("migrate.timescaledb")


def _make_role(admin: psycopg.Connection, schema: Schema) -> None:
    role = sql.Identifier(schema.role)
    if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (schema.role,)).fetchone():
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    password = conninfo_to_dict(schema.dsn).get("password")
    if password:
        admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
    path = sql.Identifier(schema.name)
    admin.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(role, path))


def _make_schema(admin: psycopg.Connection, schema: Schema) -> None:
    admin.execute(
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(
            sql.Identifier(schema.name), sql.Identifier(schema.role)
        )
    )


def _grant_reads(admin: psycopg.Connection, schema: Schema, owners: Mapping[str, str]) -> None:
    for other in schema.reads:
        names = {
            "schema": sql.Identifier(other),
            "owner": sql.Identifier(owners[other]),
            "reader": sql.Identifier(schema.role),
        }
        for grant in _READ_GRANTS:
            admin.execute(sql.SQL(grant).format(**names))


def _apply(schema: Schema) -> None:
    folders = [str(OUTBOX_MIGRATIONS)] if schema.with_outbox else []
    migrations = yoyo.read_migrations(*folders, str(schema.migrations))
    backend = yoyo.get_backend(_yoyo_address(schema.dsn))
    try:
        pending = backend.to_apply(migrations)
        backend.apply_migrations(pending)
        log.info("migrate.applied", schema=schema.name, migrations=[migration.id for migration in pending])
    finally:
        backend.connection.close()


def _yoyo_address(dsn: str) -> str:
    parts = {key: str(value) for key, value in conninfo_to_dict(dsn).items() if value is not None}
    user, password = (quote(parts.pop(key, ""), safe="") for key in ("user", "password"))
    name = parts.pop("dbname", "")
    address = ""
    if not parts.get("host", "/").startswith("/"):  # a socket's folder does not fit into the address proper
        address = f"{parts.pop('host')}:{parts.pop('port', '5432')}"
    query = f"?{urlencode(parts)}" if parts else ""
    return f"postgresql+psycopg://{user}:{password}@{address}/{name}{query}"
