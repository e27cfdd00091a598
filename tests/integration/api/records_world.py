"""A dataset of dossiers with a commune and a department, and batches handed in over gRPC."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from ioc.records.v1 import records_pb2 as pb
from ioc.records.v1.records_pb2_grpc import RecordsServiceStub

from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.unit.records.declared import DOSSIERS

KEY = "onestop.tested"
FIGURES = "onestop.typed"
DAY = datetime.now(UTC) - timedelta(days=10)


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database) -> Database:
    """The datasets KEY and FIGURES (which asks for approval), one commune, one department."""
    folder = tmp_path / "datasets"
    folder.mkdir()
    text = DOSSIERS.replace('"onestop.dossiers"', f'"{KEY}"').replace('["channel"]', '["channel", "event"]')
    (folder / "tested.toml").write_text(text, encoding="utf-8")
    typed = DOSSIERS.replace('"onestop.dossiers"', f'"{FIGURES}"\napproval = true')
    (folder / "typed.toml").write_text(typed, encoding="utf-8")
    monkeypatch.setenv("HAIDANG_RECORDS_DATASETS", str(folder))
    monkeypatch.setenv("HAIDANG_RECORDS_PSEUDONYM_KEY", "k" * 32)
    with psycopg.connect(database.dsn("areas")) as connection:
        connection.execute(
            "INSERT INTO areas.units (code, name_vi, name_en, level, parent_code, valid_from)"
            " VALUES ('56', 'Khánh Hòa', 'Khanh Hoa', 'province', NULL, '2020-01-01'),"
            " ('22366', 'Nha Trang', 'Nha Trang', 'commune', '56', '2020-01-01')"
        )
        connection.execute(
            "INSERT INTO areas.organisations (code, name_vi, kind, valid_from)"
            " VALUES ('H32.05', 'Sở Nội vụ', 'department', '2020-01-01')"
        )
    return database


def row(number: int, event: str = "received", fee: str = "50.000", minutes: int = 0) -> dict[str, str]:
    """Cells of one event of one dossier, as a file has them."""
    at = DAY + timedelta(minutes=number % 1000 + minutes)
    return {
        "dossier": f"H32-{number:07d}",
        "event": event,
        "occurred_at": f"{at:%d/%m/%Y %H:%M}",
        "filed_at": "22366",
        "handled_by": "Sở Nội vụ",
        "channel": "online",
        "fee": fee,
        "citizen": f"0561{number:08d}",
    }


def life(declared: Database) -> list[dict[str, str]]:
    """Cells of a dossier of "onestop.dossiers": received 2025-10-01 08:00, of 3 working days, paused from the
    2nd 09:00 to the 6th 14:30. Areas and organisations are there that early."""
    with psycopg.connect(declared.dsn("areas")) as connection:
        connection.execute("UPDATE areas.units SET valid_from = '2019-01-01'")
    said = {name: cell for name, cell in row(1).items() if name in ("dossier", "handled_by", "channel")}
    said |= {"filed_at_area": "22366", "unit_level": "commune", "registered_in": "one_stop"}
    said |= {"procedure": "1.004873", "procedure_level": "full"}
    said |= {"working_days": "3", "due_at": "07/10/2025 17:00"}
    moments = (("received", "01T08:00"), ("supplement_asked", "02T09:00"), ("supplemented", "06T14:30"))
    return [said | {"event": event, "occurred_at": f"2025-10-{moment}:00+07:00"} for event, moment in moments]


def chunk(rows: Sequence[dict[str, str]], first_line: int = 2) -> pb.SubmitRequest:
    """Rows as columns, on consecutive lines."""
    columns = [pb.Column(field=name, texts=[one[name] for one in rows]) for name in rows[0]]
    lines = range(first_line, first_line + len(rows))
    return pb.SubmitRequest(chunk=pb.Chunk(lines=lines, columns=columns))


def submission(
    rows: Sequence[dict[str, str]], key: str, dataset: str = KEY, size: int = 1000, **header: Any
) -> Iterator[pb.SubmitRequest]:
    """The messages of a whole stream."""
    yield pb.SubmitRequest(header=pb.Header(dataset=dataset, idempotency_key=key, **header))
    for first in range(0, len(rows), size):
        yield chunk(rows[first : first + size], first + 2)


def counts(batch: pb.Batch) -> tuple[int, int, int, int]:
    """stored, duplicate, corrected, rejected."""
    return batch.stored, batch.duplicate, batch.corrected, batch.rejected


@pytest.fixture
def stub(declared: Database, channel: grpc.Channel) -> Any:
    return RecordsServiceStub(channel)


@pytest.fixture
def hand_in(stub: Any, metadata: Metadata) -> Callable[..., pb.Batch]:
    def submit(rows: list[dict[str, str]], key: str, **more: Any) -> pb.Batch:
        return stub.Submit(submission(rows, key, **more), metadata=metadata, timeout=30).batch

    return submit


def values(stub: Any, metadata: Metadata, dataset: str = KEY, **wanted: Any) -> list[dict[str, Any]]:
    """What stands, page by page of two."""
    found, token = [], ""
    while True:
        request = pb.ListRecordsRequest(dataset=dataset, page_size=2, page_token=token, **wanted)
        answer = stub.ListRecords(request, metadata=metadata, timeout=10)
        found += [json.loads(record.values_json) for record in answer.records]
        token = answer.next_page_token
        if not token:
            return found


def refused(call: Callable[[], Any]) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as failed:
        call()
    error: Any = failed.value
    return error.code(), error.details()
