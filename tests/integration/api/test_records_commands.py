"""`haidang records …`: what the commands write, read and refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from ioc.records.v1 import records_pb2 as pb
from ioc.records.v1.records_pb2_grpc import RecordsServiceStub
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.cli.client import EXIT_FAILED, EXIT_NOT_FOUND, EXIT_REFUSED, EXIT_USAGE, CommandError
from services.records import rpc_submit, store_sources
from services.records.pulling import OPENS_AFTER, Source
from services.runtime.db import connect
from tests.fixtures.processes import CHECKOUT
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.records_world import FIGURES, KEY, declared, life, row
from tests.integration.api.test_records import publish

__all__ = ["declared"]

Run = Callable[..., Result]
TYPED = ("--author", "Nguyễn Văn An", "--document", "01/BC")


@pytest.fixture
def haidang(
    declared: Database,
    address: str,
    new_token: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """The command line inside this process, in a folder of its own."""
    monkeypatch.setenv("HAIDANG_API_ADDRESS", address)
    monkeypatch.setenv("HAIDANG_TOKEN", new_token(name="first"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, lang: str = "en") -> Result:
        return CliRunner().invoke(app, ["--lang", lang, "records", *arguments])

    return run


def rows(result: Result) -> list[dict[str, Any]]:
    # The server in this process logs to the same stream.
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def code(result: Result) -> int:
    """With which the command would end as a process of its own."""
    return result.exception.exit_code if isinstance(result.exception, CommandError) else result.exit_code


def written(path: Path, *events: dict[str, str], dataset: str = KEY) -> str:
    """JSON lines of events, with their mapping beside them."""
    path.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")
    columns = "\n".join(f'{name} = "{name}"' for name in dict.fromkeys(chain(*events)))
    mapping = f'dataset = "{dataset}"\nformat = "jsonl"\n[columns]\n{columns}\n'
    (path.parent / "mapping.toml").write_text(mapping, encoding="utf-8")
    return str(path)


@pytest.fixture
def hand_in(haidang: Run, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def submit(name: str, *events: dict[str, str]) -> dict[str, Any]:
        result = haidang("submit", written(tmp_path / name, *events), "-m", "mapping.toml", "--json")
        (told,) = rows(result)
        return told

    return submit


def filled_in(haidang: Run, file: Path) -> None:
    """A template that was filled in by somebody."""
    assert code(haidang("template", FIGURES, str(file))) == 0
    book = load_workbook(file)
    sheet = book["Số liệu"]
    headings = [cell.value for cell in sheet[1]]
    said = {"Mã hồ sơ": "H32-1", "Sự kiện": "Tiếp nhận", "Thời điểm": "01/10/2025 08:12", "Nơi nộp": "22366"}
    assert said.keys() <= set(headings)
    sheet.append([said.get(str(heading)) for heading in headings])
    book.save(file)


def test_a_template_that_was_filled_in_counts_once_another_approves_it(
    haidang: Run, new_token: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "filled.xlsx"
    filled_in(haidang, file)
    assert code(haidang("submit", str(file), "-d", FIGURES)) == EXIT_USAGE  # nobody says who typed it in
    submitted = haidang("submit", str(file), "-d", FIGURES, *TYPED, "--json")
    (batch,) = rows(submitted)
    assert (code(submitted), batch["stored"], batch["state"]) == (0, 1, "pending")
    number = str(batch["batch"])
    assert rows(haidang("list", FIGURES, "--json")) == []

    assert code(haidang("approve", number)) == EXIT_REFUSED  # whoever handed it in
    monkeypatch.setenv("HAIDANG_TOKEN", new_token(name="second"))
    (approved,) = rows(haidang("approve", number, "--json"))
    assert approved["state"] == "taken"
    (record,) = rows(haidang("list", FIGURES, "--json"))
    assert json.loads(record["values"])["dossier"] == "H32-1"


def test_figures_are_refused_with_a_reason(
    haidang: Run, new_token: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "filled.xlsx"
    filled_in(haidang, file)
    (batch,) = rows(haidang("submit", str(file), "-d", FIGURES, *TYPED, "--json"))
    monkeypatch.setenv("HAIDANG_TOKEN", new_token(name="second"))
    assert code(haidang("approve", str(batch["batch"]), "--refuse")) == EXIT_USAGE
    refused = haidang("approve", str(batch["batch"]), "--refuse", "--reason", "sai kỳ", "--json")
    assert rows(refused)[0]["state"] == "refused"
    assert rows(haidang("list", FIGURES, "--json")) == []


def test_a_refused_line_is_shown_mended_and_stands(haidang: Run, hand_in: Any, tmp_path: Path) -> None:
    batch = hand_in("events.jsonl", row(1), row(2) | {"fee": "nhiều", "citizen": ""})
    assert (batch["stored"], batch["rejected"]) == (EXIT_FAILED, 1)
    number = str(batch["batch"])
    assert "2: fee: not_a_number" in haidang("status", number).stderr

    unmended = haidang("mend", number)
    assert (code(unmended), "not_a_number" in unmended.stderr) == (EXIT_FAILED, True)
    (tmp_path / "mends.jsonl").write_text('{"line": 2, "cells": {"fee": "70.000"}}\n', encoding="utf-8")
    mended = haidang("mend", number, "-f", "mends.jsonl", "--json")
    assert (code(mended), rows(mended)[0]["rejected"]) == (0, 0)
    stood = rows(haidang("list", KEY, "--json"))
    assert sorted(json.loads(one["values"])["fee"] for one in stood) == [50000, 70000]

    (tmp_path / "mends.jsonl").write_text('{"cells": {}}\n', encoding="utf-8")
    assert code(haidang("mend", number, "-f", "mends.jsonl")) == EXIT_USAGE


def test_a_list_is_what_stands_or_stood_of_what_is_asked_for(haidang: Run, hand_in: Any) -> None:
    hand_in("first.jsonl", row(1), row(2) | {"filed_at": ""})
    known = datetime.now(UTC).isoformat()
    second = hand_in("second.jsonl", row(1, fee="60.000"), row(3))

    def fees(*arguments: str) -> list[int]:
        result = haidang("list", KEY, *arguments, "--json")
        assert code(result) == 0, result.output
        return [json.loads(one["values"])["fee"] for one in rows(result)]

    assert fees() == [60000, 50000, 50000]
    assert fees("--limit", "1") == [60000]
    assert fees("--known", known) == [50000, 50000]
    assert fees("--area", "22366") == [60000, 50000]
    assert fees("--organisation", "H32.05", "--start", "9d") == []
    withdrawn = haidang("withdraw", str(second["batch"]), "--reason", "nhầm", "--json")
    assert rows(withdrawn)[0]["state"] == "withdrawn"
    assert fees() == [50000, 50000]


def test_a_list_is_broken_down_and_tells_the_sources_revision(haidang: Run, hand_in: Any) -> None:
    hand_in("first.jsonl", row(1) | {"revision": "7"}, row(2) | {"channel": "desk"}, row(3) | {"channel": ""})

    def revisions(*wanted: str) -> list[int]:
        asked = [part for one in wanted for part in ("--breakdown", one)]
        result = haidang("list", KEY, *asked, "--json")
        assert code(result) == 0, result.output
        return [one["revision"] for one in rows(result)]

    assert revisions("channel=online") == [7]
    assert revisions("channel=online", "event=received") == [7]
    assert revisions("channel=online", "event=resolved") == []
    assert revisions("channel=desk") == revisions("channel=") == [0]
    assert "Lần sửa" in haidang("list", KEY, lang="vi").stdout
    for wrong in ("channel", "fee=50000", "channel=by pigeon"):
        assert code(haidang("list", KEY, "-b", wrong)) == EXIT_USAGE, wrong


def life_handed_in(haidang: Run, declared: Database, folder: Path) -> None:
    events = [one | {"revision": str(number)} for number, one in enumerate(life(declared))]
    file = written(folder / "life.jsonl", *events, dataset="onestop.dossiers")
    assert code(haidang("submit", file, "-m", "mapping.toml")) == 0


def test_a_subject_is_told_with_its_clock_and_its_events(
    haidang: Run, hand_in: Any, declared: Database, tmp_path: Path
) -> None:
    life_handed_in(haidang, declared, tmp_path)
    asked = ("subject", "onestop.dossiers", "H32-0000001")

    one, clock, pause, *events = rows(haidang(*asked, "--as-of", "2025-10-04", "--json"))
    assert (one["event"], one["life"], one["complete"]) == ("supplemented", "goes_on", "complete")
    assert (clock["clock"], clock["worked_s"], clock["deadline"]) == ("paused", 9 * 3600, "ahead")
    assert (clock["allowance"], clock["allowance_unit"]) == (3, "working_days")
    assert (clock["due"], clock["stated_due"]) == (None, "2025-10-07T17:00:00+07:00")
    assert pause == {"paused_at": "2025-10-02T09:00:00+07:00", "continued_at": None}
    assert [(one["event"], one["revision"], one["before"]) for one in events] == [
        ("received", 0, None), ("supplement_asked", 1, None), ("supplemented", 2, None),
    ]  # fmt: skip

    told = haidang(*asked, lang="vi").stdout
    for word in ("Yêu cầu bổ sung", "đang tính", "quá hạn", "ngày làm việc", "2025-10-08 17:30:00"):
        assert word in told
    assert "Supplement asked for" in haidang(*asked).stdout
    assert "7:00:00" in haidang(*asked, "--as-of", "2025-10-01T16:00", lang="vi").stdout

    before = haidang(*asked, "--known", "2025-10-01")
    assert code(before) == EXIT_NOT_FOUND
    beyond = haidang(*asked, "--as-of", "9999-12-31", lang="vi")
    assert (code(beyond), "Lịch làm việc" in beyond.stderr) == (0, True)
    assert code(haidang("subject", FIGURES, "nobody")) == EXIT_NOT_FOUND

    hand_in("end.jsonl", row(1, event="resolved"))
    one, clock, event = rows(haidang("subject", KEY, "H32-0000001", "--json"))
    assert (one["life"], one["complete"], event["before"]) == ("ended", "incomplete", "missing")
    assert (clock["clock"], clock["deadline"], clock["allowance"]) == ("not_started", None, None)


def test_what_is_only_validated_leaves_nothing(haidang: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "events.jsonl", row(1), row(2) | {"event": "nonsense"})
    result = haidang("validate", file, "-m", "mapping.toml", "--json")
    assert (code(result), rows(result)[0]["state"]) == (EXIT_FAILED, "validated")
    assert "2: event: " in result.stderr
    assert rows(haidang("status", "--json")) == []


def test_a_pipe_is_read_once_and_handed_in(haidang: Run, tmp_path: Path) -> None:
    written(tmp_path / "events.jsonl", row(1), row(2))
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    with subprocess.Popen(["cp", "events.jsonl", "pipe.jsonl"], cwd=tmp_path) as writer:
        (told,) = rows(haidang("submit", str(pipe), "-m", "mapping.toml", "--json"))
        assert writer.wait(10) == 0
    assert told["stored"] == 2


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[..., Iterator[dict[str, Any]]]]:
    """Changes as `haidang records watch` prints them; ended with the test."""
    path = f"{CHECKOUT}:{CHECKOUT / 'protos/gen'}:{CHECKOUT / 'clients/python'}"
    with ExitStack() as stack:

        def watch(*arguments: str) -> Iterator[dict[str, Any]]:
            command = [sys.executable, "-m", "services.cli", "records", "watch", "--json", *arguments]
            environment = {**os.environ, "PYTHONPATH": path}
            one = stack.enter_context(
                subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
            )
            stack.callback(one.kill)
            assert one.stdout
            return map(json.loads, one.stdout)

        yield watch


def test_a_watch_tells_each_change_and_resumes(
    haidang: Run,
    hand_in: Any,
    declared: Database,
    channel: grpc.Channel,
    metadata: Metadata,
    watching: Callable[..., Iterator[dict[str, Any]]],
) -> None:
    opened = RecordsServiceStub(channel).WatchRecords(pb.WatchRecordsRequest(), metadata=metadata, timeout=20)
    now = next(opened).resume_token
    opened.cancel()
    batch = hand_in("first.jsonl", row(1), row(2))
    publish(declared)
    first = next(watching(KEY, "--resume", now))
    assert (first["batch"], first["cause"], first["rows"]) == (batch["batch"], "appended", 2)
    assert (first["areas"], first["organisations"]) == (["22366"], ["H32.05"])

    haidang("withdraw", str(batch["batch"]), "--reason", "nhầm")
    publish(declared)
    second = next(watching("--resume", first["resume_token"]))
    assert (second["batch"], second["cause"]) == (batch["batch"], "withdrawn")
    assert second["position"] > first["position"]


def test_what_is_late_is_told_with_whom_to_call(
    haidang: Run, hand_in: Any, declared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rows(haidang("late", "--json")) == []
    monkeypatch.setattr(rpc_submit, "_now", lambda: datetime.now(UTC) - timedelta(hours=3))
    hand_in("first.jsonl", row(1))
    with psycopg.connect(declared.dsn("areas")) as connection:
        connection.execute(
            "INSERT INTO areas.answering (source, organisation, account, valid_from, position_vi, contact)"
            " VALUES (%s, 'H32.05', 'an', '2020-01-01', 'Chuyên viên', '0258 3822 000')",
            (KEY,),
        )
    (late,) = rows(haidang("late", "--json"))
    assert (late["dataset"], late["state"], late["organisation"]) == (KEY, "late", None)
    assert late["overdue_s"] == pytest.approx(7200, abs=60)
    assert late["contact"] == ["Chuyên viên an 0258 3822 000"]
    assert "trễ hạn" in haidang("late", lang="vi").stdout
    assert {one["state"] for one in rows(haidang("late", "--all", "--json"))} == {"late", "never"}
    assert code(haidang("late", "-d", "no.such")) == EXIT_NOT_FOUND


def test_sources_are_told_with_their_last_error(haidang: Run, declared: Database) -> None:
    now = datetime.now(UTC)
    source = Source(name="office", url="http://office.example/{cursor}", mapping="m", next_cursor="n")
    with connect(declared.dsn("records"), "test") as connection:
        store_sources.declare(connection, [(source, KEY)], now)
        store_sources.failed(connection, "office", "HTTP 503", OPENS_AFTER, now, now + timedelta(hours=1))
    (told,) = rows(haidang("sources", "--json"))
    assert (told["source"], told["host"], told["state"]) == ("office", "office.example", "rests")
    assert (told["failures"], told["detail"], told["last_at"]) == (OPENS_AFTER, "HTTP 503", None)
    assert rows(haidang("sources", "-d", FIGURES, "--json")) == []
