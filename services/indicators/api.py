"""The gRPC face of the indicators."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.indicators.v1 import indicators_pb2 as pb
from ioc.indicators.v1 import indicators_pb2_grpc as pb_grpc

from services.indicators import rpc_questions, wire
from services.indicators.domain import Value
from services.runtime.follower import LogFollower
from services.runtime.mailbox import Limits, Pace
from services.runtime.outbox import Fact
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["IndicatorsService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class IndicatorsServicer(pb_grpc.IndicatorsServiceServicer):
    """Answers questions about indicator values and streams new ones."""

    def __init__(self, database: Database, follower: LogFollower[list[Value]]) -> None:
        self._database = database
        self._follower = follower

    async def ListIndicators(
        self, request: pb.ListIndicatorsRequest, context: Context
    ) -> pb.ListIndicatorsResponse:
        return rpc_questions.list_indicators()

    async def GetLatestValues(
        self, request: pb.GetLatestValuesRequest, context: Context
    ) -> pb.GetLatestValuesResponse:
        return await self._database.run(rpc_questions.get_latest_values, request)

    async def GetValues(self, request: pb.GetValuesRequest, context: Context) -> pb.GetValuesResponse:
        return await self._database.run(rpc_questions.get_values, request)

    async def WatchValues(
        self, request: pb.WatchValuesRequest, context: Context
    ) -> AsyncIterator[pb.WatchValuesResponse]:
        indicators, pace = rpc_questions.watched_indicators(request), Pace()
        async with aclosing(self._follower.watch(request.resume_token)) as entries:
            async for entry in entries:
                response = rpc_questions.watch_response(entry, indicators)
                if pace.due(has_content=bool(response.values)):
                    yield response


def service(database: Database, limits: Limits) -> RpcService:
    """The service, ready to be hosted, with its follower of the log."""
    follower = LogFollower(database, "indicators", _published, limits)
    servicer = IndicatorsServicer(database, follower)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_IndicatorsServiceServicer_to_server, servicer),
        probe=database.probe,
        close=follower.close,
    )


def _published(fact: Fact) -> list[Value] | None:
    return list(wire.published_values(fact.body)) if fact.name == wire.PUBLISHED else None
