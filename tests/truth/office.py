"""The offices: they hand in over gRPC, have it approved by a second person, and take back what was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import grpc
import psycopg
import pytest
from ioc.records.v1 import records_pb2 as pb
from ioc.records.v1.records_pb2_grpc import RecordsServiceStub

from services.records import rpc_submit
from services.registry.tokens import issue
from services.runtime.rpc_settings import RpcSettings
from services.simulator.office_wire import FIRST_LINE, submit_requests
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.truth.parcels import Fate, Parcel

Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Office:
    """Who hands in, and the second person who approves."""

    stub: RecordsServiceStub
    first: Metadata
    second: Metadata

    def hand_in(self, parcel: Parcel, name: str, at: datetime) -> int:
        """Sends a parcel; its number.

        Raises:
            SystemExit: other lines were refused than those that are broken.
        """
        lines = [line.cells for line in parcel.lines]
        messages = submit_requests(parcel.dataset, name, lines, "Nguyễn Văn An", "01/BC")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rpc_submit, "_now", lambda: at)
            answer = self.stub.Submit(messages, metadata=self.first, timeout=60)
        _compare(parcel, answer)
        if answer.batch.approval == pb.APPROVAL_PENDING and parcel.fate is not Fate.PENDING:
            decision = pb.ApproveBatchRequest(batch=answer.batch.batch)
            if parcel.fate is Fate.REFUSED:
                decision = pb.ApproveBatchRequest(batch=answer.batch.batch, refuse=True, reason="sai")
            self.stub.ApproveBatch(decision, metadata=self.second)
        return int(answer.batch.batch)

    def take_back(self, number: int) -> None:
        """Nothing of a batch counts any longer."""
        request = pb.WithdrawBatchRequest(batch=number, reason="nộp nhầm")
        self.stub.WithdrawBatch(request, metadata=self.first)


@contextmanager
def open_office(database: Database) -> Iterator[Office]:
    """An API on this database, closed at the end."""
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
            yield Office(RecordsServiceStub(channel), _bearer(first), _bearer(second))


def _compare(parcel: Parcel, answer: pb.SubmitResponse) -> None:
    broken = {number for number, line in enumerate(parcel.lines, FIRST_LINE) if line.broken}
    refused = {one.line: f"{one.field} {one.reason} {one.detail_en}" for one in answer.rejected}
    if broken != set(refused):
        wrongly = {number: refused[number] for number in set(refused) - broken}
        passed = {number: parcel.lines[number - FIRST_LINE] for number in broken - set(refused)}
        raise SystemExit(f"{parcel.dataset}: refused though right {wrongly}, taken though broken {passed}")


def _bearer(secret: str) -> Metadata:
    return (("authorization", f"Bearer {secret}"),)
