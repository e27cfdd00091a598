"""Every sample of docs/systems.md, by file and by gRPC, comes out as stated by hand."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Iterator
from datetime import UTC, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import grpc
import psycopg
import pytest
from ioc.records.v1 import records_pb2 as pb
from ioc.records.v1.records_pb2_grpc import RecordsServiceStub
from typer.testing import CliRunner

from services.cli.__main__ import app
from services.cli.record_files import to_chunk
from services.records import rpc_submit
from services.records.periods import parse_period
from services.registry.tokens import issue
from services.runtime.rpc_settings import RpcSettings
from services.runtime.tables.reading import read_batches
from tests.fixtures.record_samples import ROOT, SAMPLES, Sample, samples
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer

AUTHOR = ("Nguyễn Văn An", "01/BC")


@pytest.fixture(scope="module")
def centre(module_database: Database) -> Iterator[SimpleNamespace]:
    """An API with the units and organisations of the samples, a token, and one of a second person."""
    with psycopg.connect(module_database.dsn("areas")) as connection:
        for area in _listed("areas.csv"):
            connection.execute(
                "INSERT INTO areas.units (code, name_vi, name_en, level, parent_code, valid_from)"
                " VALUES (%s, %s, '', %s, %s, %s)",
                (area["code"], area["name"], area["level"], area["parent_code"] or None, area["valid_from"]),
            )
        for one in _listed("organisations.csv"):
            connection.execute(
                "INSERT INTO areas.organisations (code, name_vi, kind, valid_from)"
                " VALUES (%s, %s, 'other', %s)",
                (one["code"], one["name_vi"], one["valid_from"]),
            )
    with psycopg.connect(module_database.dsn("registry")) as connection:
        scopes = ("records.read", "records.write", "records.personal")
        token = issue(connection, "first", scopes, None, requests_per_s=10_000)
        second = issue(connection, "second", ("records.approve",), None, requests_per_s=10_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAIDANG_RECORDS_PSEUDONYM_KEY", "k" * 32)
        contexts = ("areas", "registry", "records")
        with (
            serving_contexts(module_database, contexts, RpcSettings(port=0, grace_s=1)) as address,
            grpc.insecure_channel(address) as channel,
        ):
            yield SimpleNamespace(
                address=address,
                token=token,
                stub=RecordsServiceStub(channel),
                first=bearer(token),
                second=bearer(second),
            )


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.stem)
def test_a_month_comes_out_as_stated(
    centre: SimpleNamespace, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc_submit, "_now", lambda: sample.received_on)
    by_file = _by_file(centre, sample, monkeypatch)
    assert _counts(by_file) == _stated(sample)
    _approve(centre, by_file)
    _compare(centre, sample, by_file.batch)

    again = _by_grpc(centre, sample, "again")
    assert (again.stored, again.corrected) == (0, 0)

    for batch in (by_file, again):
        request = pb.WithdrawBatchRequest(batch=batch.batch, reason="thử lại")
        centre.stub.WithdrawBatch(request, metadata=centre.first)
    assert not _standing(centre, sample)
    by_grpc = _by_grpc(centre, sample, "by-grpc")
    assert _counts(by_grpc) == _stated(sample)
    _approve(centre, by_grpc)
    _compare(centre, sample, by_grpc.batch)


def _by_file(centre: SimpleNamespace, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> pb.Batch:
    monkeypatch.setenv("HAIDANG_API_ADDRESS", centre.address)
    monkeypatch.setenv("HAIDANG_TOKEN", centre.token)
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, ["--lang", "vi", *_documented(sample), "--json"])
    lines = [line for line in result.stdout.splitlines() if line.startswith('{"batch"')]
    assert lines, result.output + str(result.exception)
    number = json.loads(lines[0])["batch"]
    batch: pb.Batch = centre.stub.GetBatch(pb.GetBatchRequest(batch=number), metadata=centre.first).batch
    return batch


def _documented(sample: Sample) -> list[str]:
    """The command of docs/systems.md that hands the month in."""
    start = f"haidang records submit tests/samples/records/{sample.stem}/"
    lines = (ROOT / "docs" / "systems.md").read_text("utf-8").splitlines()
    (command,) = [line for line in lines if line.startswith(start)]
    return shlex.split(command)[1:]


def _by_grpc(centre: SimpleNamespace, sample: Sample, key: str) -> pb.Batch:
    def messages() -> Iterator[pb.SubmitRequest]:
        header = pb.Header(dataset=sample.dataset.key, idempotency_key=f"{sample.stem}:{key}")
        header.author, header.document = AUTHOR
        yield pb.SubmitRequest(header=header)
        with sample.file.open("rb") as stream:
            for batch in read_batches(stream, sample.mapping, 7):
                yield pb.SubmitRequest(chunk=to_chunk(batch))

    batch: pb.Batch = centre.stub.Submit(messages(), metadata=centre.first, timeout=20).batch
    return batch


def _approve(centre: SimpleNamespace, batch: pb.Batch) -> None:
    if batch.approval == pb.APPROVAL_PENDING:
        centre.stub.ApproveBatch(pb.ApproveBatchRequest(batch=batch.batch), metadata=centre.second)


def _stated(sample: Sample) -> tuple[int, int, int, int, int]:
    said = sample.expected
    refused = len({one["line"] for one in said["rejected"]})
    return said["stored"], said["corrected"], said["duplicate"], refused, said["late"]


def _counts(batch: pb.Batch) -> tuple[int, int, int, int, int]:
    return batch.stored, batch.corrected, batch.duplicate, batch.rejected, batch.late


def _compare(centre: SimpleNamespace, sample: Sample, batch: int) -> None:
    metadata: Metadata = centre.first
    request = pb.ListRejectedRequest(batch=batch, page_size=1000)
    rejected = centre.stub.ListRejected(request, metadata=metadata).rows
    stated = {one["line"]: (one["field"], one["reason"]) for one in reversed(sample.expected["rejected"])}
    assert {one.line: (one.field, one.reason) for one in rejected} == stated
    standing = _standing(centre, sample)
    for one in sample.expected.get("stands", ()):
        found = [(said, values) for said, values in standing if one["identity"].items() <= values.items()]
        assert len(found) == 1, one
        revision, values = found[0]
        assert {name: values.get(name) for name in one["values"]} == one["values"]
        assert revision == one.get("revision", 0)
    kept = json.dumps(standing, default=str, ensure_ascii=False) + "".join(row.cells_json for row in rejected)
    assert [word for word in sample.expected.get("gone", ()) if word in kept] == []
    for one in sample.expected.get("subjects", ()):
        asked = pb.GetSubjectRequest(dataset=sample.dataset.key, life_subject=one["subject"])
        asked.as_of.FromDatetime(sample.received_on)
        life = centre.stub.GetSubject(asked, metadata=metadata)
        assert (life.state, life.incomplete) == (one["state"], one.get("incomplete", False)), one["subject"]
        _compare_clock(life.clock, one)


def _compare_clock(clock: pb.SubjectClock, stated: dict[str, Any]) -> None:
    if "worked" in stated:
        assert timedelta(seconds=clock.worked_s) == parse_period(stated["worked"]).exact, stated["subject"]
        assert clock.state == pb.CLOCK_STATE_STOPPED
    if "due" in stated:
        assert clock.due_at.ToDatetime(UTC) == stated["due"], stated["subject"]
    word = stated.get("deadline", "unspecified")
    assert pb.Deadline.Name(clock.deadline) == f"DEADLINE_{word.upper()}", stated["subject"]


def _standing(centre: SimpleNamespace, sample: Sample) -> list[tuple[int, dict[str, Any]]]:
    """Revision and values of each."""
    request = pb.ListRecordsRequest(dataset=sample.dataset.key, page_size=1000)
    records = centre.stub.ListRecords(request, metadata=centre.first).records
    return [(one.revision, json.loads(one.values_json, parse_float=Decimal)) for one in records]


def _listed(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
