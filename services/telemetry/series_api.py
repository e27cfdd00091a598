"""The gRPC face of time series: queries, and readings that are handed in afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.telemetry.v1 import series_pb2 as pb
from ioc.telemetry.v1 import series_pb2_grpc as pb_grpc

from iot_gateway.admission_rules import Admission
from iot_gateway.admission_settings import AdmissionSettings
from iot_gateway.routes_settings import RoutesSettings
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService
from services.runtime.within import caller_within
from services.telemetry import series_questions
from services.telemetry.rpc_backfill import Backfill

SERVICE = pb.DESCRIPTOR.services_by_name["SeriesService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class SeriesServicer(pb_grpc.SeriesServiceServicer):
    """Answers queries and takes rows."""

    def __init__(self, database: Database, admission: Admission) -> None:
        self._database = database
        self._admission = admission

    async def QuerySeries(self, request: pb.QuerySeriesRequest, context: Context) -> pb.QuerySeriesResponse:
        return await self._database.statements(
            series_questions.query_series,
            request,
            self._admission.units,
            caller_within.get(),
            datetime.now(UTC),
        )

    async def BackfillReadings(
        self, request_iterator: AsyncIterator[pb.BackfillReadingsRequest], context: Context
    ) -> AsyncIterator[pb.BackfillReadingsResponse]:
        rows = Backfill(self._database, self._admission)
        async for request in request_iterator:
            yield await rows.take(request)


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    admission = Admission(AdmissionSettings(), RoutesSettings())
    servicer = SeriesServicer(database, admission)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_SeriesServiceServicer_to_server, servicer),
        probe=database.probe,
    )
