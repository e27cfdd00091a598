"""What every session with the database is set to, whoever runs the server."""

from __future__ import annotations

from services.runtime.db import connect
from tests.fixtures.servers import Database


def test_a_session_brings_its_own_settings(database: Database) -> None:
    with connect(database.dsn("records"), "test") as connection:
        names = ("statement_timeout", "TimeZone", "jit", "application_name")
        said = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in names}
    assert said == {"statement_timeout": "30s", "TimeZone": "UTC", "jit": "off", "application_name": "test"}
