"""The gRPC face of the readings."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.telemetry.v1 import telemetry_pb2 as pb
from ioc.telemetry.v1 import telemetry_pb2_grpc as pb_grpc

from iot_gateway.admission_rules import Admission
from iot_gateway.admission_settings import AdmissionSettings
from iot_gateway.routes_settings import RoutesSettings
from services.runtime.access import caller
from services.runtime.follower import LogFollower
from services.runtime.mailbox import Limits, Pace
from services.runtime.outbox import Fact
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService
from services.runtime.within import caller_within
from services.telemetry import rpc_quarantine, rpc_questions, wire
from services.telemetry.rpc_watch import Newcomers, SharedAnswers, Watched

SERVICE = pb.DESCRIPTOR.services_by_name["TelemetryService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class TelemetryServicer(pb_grpc.TelemetryServiceServicer):
    """Answers questions about readings, streams new ones, and works on quarantine."""

    def __init__(self, database: Database, follower: LogFollower[wire.Stored], admission: Admission) -> None:
        self._database = database
        self._follower = follower
        self._admission = admission
        self._shared = SharedAnswers()
        self._newcomers = Newcomers(database)

    async def GetLatest(self, request: pb.GetLatestRequest, context: Context) -> pb.GetLatestResponse:
        return await self._database.statements(
            rpc_questions.get_latest, request, caller_within.get(), datetime.now(UTC)
        )

    async def GetRange(self, request: pb.GetRangeRequest, context: Context) -> pb.GetRangeResponse:
        return await self._database.statements(rpc_questions.get_range, request)

    async def WatchReadings(
        self, request: pb.WatchReadingsRequest, context: Context
    ) -> AsyncIterator[pb.WatchReadingsResponse]:
        watched, pace = Watched(self._database, self._newcomers, request), Pace()
        await watched.wanted()
        async with aclosing(self._follower.watch(request.resume_token)) as entries:
            async for entry in entries:
                response = self._shared.answer(entry, await watched.wanted(entry))
                if pace.due(has_content=bool(response.series)):
                    yield response

    async def GetLedger(self, request: pb.GetLedgerRequest, context: Context) -> pb.GetLedgerResponse:
        return await self._database.run(rpc_questions.get_ledger, request)

    async def ListQuarantine(
        self, request: pb.ListQuarantineRequest, context: Context
    ) -> pb.ListQuarantineResponse:
        return await self._database.run(rpc_quarantine.list_quarantine, request)

    async def GetQuarantined(
        self, request: pb.GetQuarantinedRequest, context: Context
    ) -> pb.GetQuarantinedResponse:
        return await self._database.run(rpc_quarantine.get_quarantined, request)

    async def ReplayQuarantined(
        self, request: pb.ReplayQuarantinedRequest, context: Context
    ) -> pb.ReplayQuarantinedResponse:
        return await rpc_quarantine.replay_quarantined(self._database, request, self._admission)

    async def DiscardQuarantined(
        self, request: pb.DiscardQuarantinedRequest, context: Context
    ) -> pb.DiscardQuarantinedResponse:
        return await self._database.run(rpc_quarantine.discard_quarantined, request, caller.get())

    async def ListRevisions(
        self, request: pb.ListRevisionsRequest, context: Context
    ) -> pb.ListRevisionsResponse:
        return await self._database.run(rpc_questions.list_revisions, request)


def service(database: Database, limits: Limits) -> RpcService:
    """The service, ready to be hosted, with its follower of the log."""
    follower = LogFollower(database, "telemetry", _stored, limits)
    admission = Admission(AdmissionSettings(), RoutesSettings())
    servicer = TelemetryServicer(database, follower, admission)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_TelemetryServiceServicer_to_server, servicer),
        probe=database.probe,
        close=follower.close,
    )


def _stored(fact: Fact) -> wire.Stored | None:
    return wire.decode(fact.body) if fact.name == wire.STORED else None
