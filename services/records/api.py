"""The gRPC face of the records."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.records.v1 import records_pb2 as pb
from ioc.records.v1 import records_pb2_grpc as pb_grpc

from services.records import rpc_decisions, rpc_questions, rpc_subjects, rpc_submit, wire
from services.records.rpc_known import Known
from services.records.settings import RecordsSettings
from services.runtime.access import caller, caller_token
from services.runtime.follower import LogFollower
from services.runtime.mailbox import Limits, Pace
from services.runtime.outbox import Fact
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["RecordsService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class RecordsServicer(pb_grpc.RecordsServiceServicer):
    """Takes batches, lets them be decided on, and answers what stands."""

    def __init__(self, database: Database, known: Known, follower: LogFollower[wire.Change]) -> None:
        self._database = database
        self._known = known
        self._follower = follower

    async def ListDatasets(
        self, request: pb.ListDatasetsRequest, context: Context
    ) -> pb.ListDatasetsResponse:
        return rpc_questions.list_datasets(self._known, request)

    async def Submit(
        self, request_iterator: AsyncIterator[pb.SubmitRequest], context: Context
    ) -> pb.SubmitResponse:
        return await rpc_submit.submit(self._database, self._known, caller.get(), request_iterator)

    async def GetBatch(self, request: pb.GetBatchRequest, context: Context) -> pb.GetBatchResponse:
        return await self._database.run(rpc_questions.get_batch, request, caller.get())

    async def ListBatches(self, request: pb.ListBatchesRequest, context: Context) -> pb.ListBatchesResponse:
        return await self._database.run(rpc_questions.list_batches, request)

    async def ListVerdicts(
        self, request: pb.ListVerdictsRequest, context: Context
    ) -> pb.ListVerdictsResponse:
        return await self._database.run(rpc_questions.list_verdicts, request)

    async def ListRejected(
        self, request: pb.ListRejectedRequest, context: Context
    ) -> pb.ListRejectedResponse:
        return await self._database.run(rpc_questions.list_rejected, request)

    async def MendRows(self, request: pb.MendRowsRequest, context: Context) -> pb.MendRowsResponse:
        return await self._database.run(rpc_decisions.mend_rows, request, self._known, caller.get())

    async def WithdrawBatch(
        self, request: pb.WithdrawBatchRequest, context: Context
    ) -> pb.WithdrawBatchResponse:
        return await self._database.run(rpc_decisions.withdraw_batch, request, caller.get())

    async def ApproveBatch(
        self, request: pb.ApproveBatchRequest, context: Context
    ) -> pb.ApproveBatchResponse:
        return await self._database.run(rpc_decisions.approve_batch, request, caller.get())

    async def ListRecords(self, request: pb.ListRecordsRequest, context: Context) -> pb.ListRecordsResponse:
        scopes = caller_token.get().scopes
        return await self._database.run(rpc_questions.list_records, request, self._known, scopes)

    async def GetSubject(self, request: pb.GetSubjectRequest, context: Context) -> pb.GetSubjectResponse:
        return await self._database.run(rpc_subjects.get_subject, request, self._known)

    async def WatchRecords(
        self, request: pb.WatchRecordsRequest, context: Context
    ) -> AsyncIterator[pb.WatchRecordsResponse]:
        for key in request.datasets:
            self._known.dataset(key)
        datasets, pace = frozenset(request.datasets), Pace()
        async with aclosing(self._follower.watch(request.resume_token)) as entries:
            async for entry in entries:
                response = rpc_questions.watch_response(entry, datasets)
                if pace.due(has_content=response.HasField("change")):
                    yield response


def service(database: Database, limits: Limits) -> RpcService:
    """The service, ready to be hosted, with its follower of the log."""
    follower = LogFollower(database, "records", _change, limits)
    servicer = RecordsServicer(database, Known(RecordsSettings()), follower)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_RecordsServiceServicer_to_server, servicer),
        probe=database.probe,
        close=follower.close,
    )


def _change(fact: Fact) -> wire.Change | None:
    return wire.to_change(fact.body) if fact.name == wire.APPENDED else None
