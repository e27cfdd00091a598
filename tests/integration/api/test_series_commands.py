"""`haidang query`, `export` and `import`: what they write, and that they go on where they were stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from services.cli import exporting, importing
from services.cli.__main__ import app
from services.runtime.rpc_errors import Exhausted, InvalidRequest
from services.telemetry import store
from services.telemetry.rpc_backfill import Backfill
from tests.fixtures.servers import Database
from tests.integration.api.readings import batch, put
from tests.integration.api.series_world import TEMP, WIND, a_device, register

pytestmark = pytest.mark.both_stores

MAPPING = {
    "time": {"column": "time", "format": "iso8601", "time_zone": "UTC"},
    "values": [{"column": "t", "channel": "temp", "quantity": "temperature", "unit": "°C"}],
    "qc": {"column": "flag", "valid": ["ok"]},
}
LINES = 12_000


@pytest.fixture
def haidang(address: str, new_token: Any, database: Database, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command line inside this process."""
    register(database, a_device("st-1"), a_device("st-2"))
    monkeypatch.setenv("HAIDANG_API_ADDRESS", address)
    monkeypatch.setenv("HAIDANG_TOKEN", new_token())

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--lang", "en", *arguments])

    return run


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    # The server in this process logs to the same stream.
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def test_query_shows_readings_buckets_and_lines(haidang: Any, database: Database) -> None:
    put(database, batch("a", [(TEMP, 0, 10.0), (TEMP, 30, 20.0), (TEMP, 125, 0.0), (WIND, 0, 10.0)]))
    span = ("-s", "2026-11-20T07:00", "-e", "2026-11-20T10:00", "--json")

    raw = rows(haidang("query", "st-2", "-c", "wind", "-r", "raw", "--unit", "km/h", *span))
    hours = rows(haidang("query", "-q", "temperature", "--aggregate", "mean", "--aggregate", "max", *span))
    line = rows(haidang("query", "st-1", "-c", "temp", "--points", "100", "--zone", "Asia/Tokyo", *span))

    assert [(r["channel"], r["value"], r["unit"], r["quality"]) for r in raw] == [("wind", 36.0, "km/h", 0)]
    assert [(r["at"], r["count"], r["mean"], r["max"]) for r in hours] == [
        ("2026-11-20T07:00:00+07:00", 2, 15.0, 20.0),
        ("2026-11-20T08:00:00+07:00", None, None, None),
        ("2026-11-20T09:00:00+07:00", 1, 0.0, 0.0),
    ]
    assert line[0]["observed_at"] == "2026-11-20T09:00:00+09:00"
    assert "15" in haidang("query", "st-1", "-c", "temp", *span[:-1]).stdout


def test_an_export_that_was_stopped_goes_on_and_is_whole(
    haidang: Any, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, batch("a", [(TEMP, n, float(n)) for n in range(12_000)]))
    whole, stopped = tmp_path / "whole.csv", tmp_path / "stopped.csv"
    span = ("st-1", "-c", "temp", "-s", "2026-11-20T07:00", "-e", "2026-12-01")
    assert haidang("export", *span, "-o", str(whole)).exit_code == 0

    asked: list[str] = []
    real = exporting.answers

    def stopping(session: Any, channel: Any, request: Any) -> Iterator[Any]:
        asked.append(request.page_token)
        for number, page in enumerate(real(session, channel, request)):
            if number == 1 and len(asked) == 1:
                raise KeyboardInterrupt
            yield page

    monkeypatch.setattr(exporting, "answers", stopping)
    first = haidang("export", *span, "-o", str(stopped))
    unfinished = stopped.with_name("stopped.csv.part")
    with unfinished.open("ab") as file:
        file.write(b"half a li")  # what a killed process may have left
    assert (first.exit_code, stopped.exists()) == (130, False)
    second = haidang("export", *span, "-o", str(stopped))

    assert (second.exit_code, asked[0], asked[1] != "") == (0, "", True)
    assert stopped.read_bytes() == whole.read_bytes()
    assert len(stopped.read_text(encoding="utf-8").splitlines()) == 12_001
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stopped.csv", "whole.csv"]


@pytest.mark.parametrize("minutes", [10, 12_000], ids=["one page", "two pages"])
def test_an_export_that_was_stopped_at_its_end_has_every_row_once(
    haidang: Any, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    put(database, batch("a", [(TEMP, n, float(n)) for n in range(minutes)]))
    whole, stopped = tmp_path / "whole.csv", tmp_path / "stopped.csv"
    span = ("st-1", "-c", "temp", "-s", "2026-11-20T07:00", "-e", "2026-12-01")
    assert haidang("export", *span, "-o", str(whole)).exit_code == 0

    def stopping(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(exporting.Part, "finish", stopping)
        assert haidang("export", *span, "-o", str(stopped)).exit_code == 130
    assert haidang("export", *span, "-o", str(stopped)).exit_code == 0

    assert stopped.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stopped.csv", "whole.csv"]


def test_an_import_that_was_stopped_goes_on_and_every_line_has_a_verdict(
    haidang: Any, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, mapping = tmp_path / "old.csv", tmp_path / "mapping.json"
    mapping.write_text(json.dumps(MAPPING), encoding="utf-8")
    lines = [f"2026-01-{1 + n // 1440:02d}T{n // 60 % 24:02d}:{n % 60:02d},{n},ok" for n in range(LINES)]
    lines[7], lines[LINES - 1] = "nonsense", lines[LINES - 1].replace("ok", "bad")
    file.write_text("\n".join(["time,t,flag", *lines]) + "\n", encoding="utf-8")
    command = ("import", str(file), "-m", str(mapping), "-d", "st-1", "--json")
    real = importing.Kept.keep

    def stopping(self: importing.Kept) -> None:
        real(self)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(importing.Kept, "keep", stopping)
        first = haidang(*command)
    kept = json.loads((tmp_path / "old.csv.importing").read_text(encoding="utf-8"))
    second, third = haidang(*command), haidang(*command)

    assert (first.exit_code, kept["line"], sum(kept["counts"].values())) == (130, 5001, 5000)
    account = {"device": "st-1", "received": LINES, "duplicate": 0, "corrected": 0, "conflicting": 0}
    assert second.exit_code == 1  # one line was refused, and is named
    assert "9: unreadable_line" in second.output
    (said,) = [json.loads(line) for line in second.stdout.splitlines() if line.startswith("{")]
    # What was in flight when it was stopped may be stored already: then it is a duplicate now.
    known = said.pop("duplicate")
    assert said.pop("stored") + known == LINES - 2
    assert said == {k: v for k, v in account.items() if k != "duplicate"} | {"quarantined": 1, "skipped": 1}
    assert f'"duplicate": {LINES - 2}' in third.stdout
    assert not (tmp_path / "old.csv.importing").exists()
    with psycopg.connect(database.dsn("telemetry")) as connection:
        (row,) = connection.execute("SELECT count(*) FROM telemetry.readings").fetchall()
        assert row == (LINES - 2,)
        assert [r.value for r in store.latest(connection)] == [float(LINES - 2)]


def test_an_import_goes_on_when_the_server_says_again(
    haidang: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, mapping = tmp_path / "old.csv", tmp_path / "mapping.json"
    mapping.write_text(json.dumps(MAPPING), encoding="utf-8")
    file.write_text("time,t,flag\n2026-01-01T00:00,1,ok\n", encoding="utf-8")
    refusals: list[Exception] = [
        InvalidRequest([("series", "bad_text", "never")]),
        Exhausted("rate_exceeded", "slowly", 0.1),
        Exhausted("rate_exceeded", "slowly", 7.5),
    ]
    waited: list[float] = []
    real = Backfill.take

    async def take(self: Backfill, request: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return await real(self, request)

    monkeypatch.setattr(Backfill, "take", take)
    monkeypatch.setattr(importing, "time", SimpleNamespace(sleep=waited.append))
    command = ("import", str(file), "-m", str(mapping), "-d", "st-1", "--json")

    assert "never" in str(haidang(*command).exception), "a request that never succeeds ends it"
    assert waited == [7.5, 1.0], "as long as the server says, and longer each time"
    (said,) = rows(haidang(*command))
    assert said["stored"] == 1
