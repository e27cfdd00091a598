"""An API with the samples' units and organisations, to which the months' files are handed in over gRPC."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import grpc
import psycopg
import pytest
from ioc.records.v1 import records_pb2 as pb
from ioc.records.v1.records_pb2_grpc import RecordsServiceStub

from services.cli.record_files import to_chunk
from services.records import rpc_submit
from services.registry.tokens import issue
from services.runtime.rpc_settings import RpcSettings
from services.runtime.tables.reading import read_batches
from tests.fixtures.record_samples import SAMPLES, Sample
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer


@dataclass(frozen=True)
class Centre:
    """Who hands in, and the second person who approves."""

    stub: RecordsServiceStub
    first: Metadata
    second: Metadata

    def hand_in(self, sample: Sample, key: str = "month", lines_a_chunk: int = 1000) -> pb.Batch:
        """The sample's file, received on its day; what waits for approval is approved."""

        def messages() -> Iterator[pb.SubmitRequest]:
            header = pb.Header(dataset=sample.dataset.key, idempotency_key=f"{sample.stem}:{key}")
            header.author, header.document = "Nguyễn Văn An", "01/BC"
            yield pb.SubmitRequest(header=header)
            with sample.file.open("rb") as stream:
                for batch in read_batches(stream, sample.mapping, lines_a_chunk):
                    yield pb.SubmitRequest(chunk=to_chunk(batch))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rpc_submit, "_now", lambda: sample.received_on)
            batch: pb.Batch = self.stub.Submit(messages(), metadata=self.first, timeout=20).batch
        if batch.approval == pb.APPROVAL_PENDING:
            self.stub.ApproveBatch(pb.ApproveBatchRequest(batch=batch.batch), metadata=self.second)
        return batch

    def withdraw(self, batch: pb.Batch) -> None:
        """Nothing of a batch counts any longer."""
        request = pb.WithdrawBatchRequest(batch=batch.batch, reason="thử lại")
        self.stub.WithdrawBatch(request, metadata=self.first)


@contextmanager
def sample_centre(database: Database) -> Iterator[Centre]:
    """The API is stopped at the end."""
    with psycopg.connect(database.dsn("areas")) as connection:
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
    with psycopg.connect(database.dsn("registry")) as connection:
        first = issue(connection, "first", ("records.read", "records.write"), None, requests_per_s=10_000)
        second = issue(connection, "second", ("records.approve",), None, requests_per_s=10_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAIDANG_RECORDS_PSEUDONYM_KEY", "k" * 32)
        contexts = ("areas", "registry", "records")
        with (
            serving_contexts(database, contexts, RpcSettings(port=0, grace_s=1)) as address,
            grpc.insecure_channel(address) as channel,
        ):
            yield Centre(RecordsServiceStub(channel), bearer(first), bearer(second))


def _listed(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
