"""`haidang records`: an import that is killed goes on, bad files change nothing, sources are pulled."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from services.registry.tokens import issue
from services.runtime.rpc_settings import RpcSettings
from tests.fixtures.processes import CHECKOUT
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.api.records_world import KEY, declared, row
from tests.integration.office import Office

__all__ = ["declared"]

LINES = 40_000
MAPPING = "\n".join(
    [f'dataset = "{KEY}"', 'format = "csv"', "[columns]", *(f'{name} = "{name}"' for name in row(1))]
)


@pytest.fixture
def token(declared: Database) -> str:
    with psycopg.connect(declared.dsn("registry")) as connection:
        return issue(connection, "office", ("records.read", "records.write"), None, requests_per_s=10_000)


@pytest.fixture
def served(declared: Database, token: str) -> Iterator[SimpleNamespace]:
    contexts = ("areas", "registry", "records")
    with serving_contexts(declared, contexts, RpcSettings(port=0, grace_s=1)) as address:
        yield SimpleNamespace(database=declared, environment=settings(address, token))


def settings(address: str, token: str) -> dict[str, str]:
    path = f"{CHECKOUT}:{CHECKOUT / 'protos/gen'}:{CHECKOUT / 'clients/python'}"
    return {**os.environ, "HAIDANG_API_ADDRESS": address, "HAIDANG_TOKEN": token, "PYTHONPATH": path}


def haidang(environment: dict[str, str], folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "services.cli", "--lang", "en", "records", *arguments],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def written(path: Path, rows: Iterator[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, row(1))
        writer.writeheader()
        writer.writerows(rows)
    path.with_name("mapping.toml").write_text(MAPPING, encoding="utf-8")
    return path


def lines_of(database: Database) -> list[tuple[int, int]]:
    """(batch, line) of every version."""
    with psycopg.connect(database.dsn("records")) as connection:
        return connection.execute("SELECT batch, line FROM records.records ORDER BY 1, 2").fetchall()


def everything(database: Database) -> list[int]:
    with psycopg.connect(database.dsn("records")) as connection:
        tables = ("batches", "records", "rejected", "verdicts", "outbox")
        counted = [connection.execute(f"SELECT count(*) FROM records.{table}") for table in tables]
        return [row[0] for result in counted if (row := result.fetchone())]


@pytest.mark.parametrize("victim", ["client", "server"])
def test_an_import_that_is_killed_goes_on_and_has_every_row_once(
    victim: str, declared: Database, stack: Stack, token: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "events.csv", (row(number) for number in range(LINES)))
    more = {name: os.environ[f"HAIDANG_RECORDS_{name}"] for name in ("DATASETS", "PSEUDONYM_KEY")}
    more = {f"HAIDANG_RECORDS_{name}": value for name, value in more.items()}
    api = stack.start("api", **more)
    environment = settings(f"127.0.0.1:{stack.ports.grpc}", token)
    arguments = ("submit", str(file), "-m", "mapping.toml", "--json")
    client = haidang(environment, tmp_path, *arguments)
    eventually(lambda: bool(lines_of(declared)))
    if victim == "client":
        client.send_signal(signal.SIGKILL)
        client.communicate()
        assert 0 < len(lines_of(declared)) < LINES
        client = haidang(environment, tmp_path, *arguments)
    else:
        api.kill()
        assert 0 < len(lines_of(declared)) < LINES
        stack.start("api", **more)
    out, err = client.communicate(timeout=120)

    assert client.returncode == 0, err
    told = json.loads(out)
    assert (told["stored"], told["lines"], told["state"]) == (LINES, LINES, "taken")
    assert lines_of(declared) == [(told["batch"], line) for line in range(2, LINES + 2)]
    before = everything(declared)
    repeated = haidang(environment, tmp_path, *arguments)
    assert json.loads(repeated.communicate(timeout=120)[0])["batch"] == told["batch"]
    assert everything(declared) == before


def bad_encoding(folder: Path) -> Path:
    file = written(folder / "bad.csv", iter([row(1), row(2) | {"dossier": "Hồ sơ"}]))
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp1258", "replace"))
    return file


def missing_column(folder: Path) -> Path:
    file = written(folder / "bad.csv", iter([row(1)]))
    file.write_text(file.read_text(encoding="utf-8").replace("event", "evnt", 1), encoding="utf-8")
    return file


def zip_bomb(folder: Path) -> Path:
    file = folder / "bad.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(120):
                sheet.write(b" " * (1 << 20))
        archive.writestr("[Content_Types].xml", "<Types/>")
    mapping = MAPPING.replace('"csv"', '"xlsx"')
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    return file


def endless_line(folder: Path) -> Path:
    file = written(folder / "bad.csv", iter([row(1)]))
    with file.open("r+b") as stream:
        stream.truncate(2 << 30)  # zero bytes without a line's end; a sparse file
    return file


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (bad_encoding, "wrong_encoding"),
        (missing_column, "missing_column"),
        (zip_bomb, "zip_bomb"),
        (endless_line, "line_too_long"),
    ],
)
def test_a_bad_file_gets_a_clear_error_and_nothing_else_happens(
    make: Callable[[Path], Path], reason: str, served: SimpleNamespace, tmp_path: Path
) -> None:
    file, before = make(tmp_path), everything(served.database)

    client = haidang(served.environment, tmp_path, "submit", str(file), "-m", "mapping.toml")
    _, err = client.communicate(timeout=60)

    assert client.returncode == 2
    assert reason in err
    assert "Traceback" not in err
    assert everything(served.database) == before


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office([[row(1), row(2)], [row(3)], [row(2, fee="60.000")]]) as server:
        server.declare(tmp_path, MAPPING.replace('"csv"', '"json"\nrows_at = "rows"'))
        yield server


def test_a_source_is_pulled_from_its_cursor_and_what_fails_is_asked_again(
    office: Office, served: SimpleNamespace, tmp_path: Path
) -> None:
    def pull() -> subprocess.Popen[str]:
        return haidang(served.environment, tmp_path, "pull", "sources.toml", "--once")

    office.failures = 2
    client = pull()
    _, err = client.communicate(timeout=60)
    assert client.returncode == 0, err
    assert "503" in err
    assert len(lines_of(served.database)) == 4
    assert (tmp_path / "office.cursor").read_text(encoding="utf-8") == "3"

    (tmp_path / "office.cursor").unlink()
    assert pull().wait(timeout=60) == 0
    assert len(lines_of(served.database)) == 4
