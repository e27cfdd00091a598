"""The gRPC face of the figures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.indicators.v1 import figures_pb2 as pb
from ioc.indicators.v1 import figures_pb2_grpc as pb_grpc

from services.indicators import (
    definitions_questions,
    figures_explain,
    figures_export,
    figures_questions,
    figures_wire,
    mapped_explain,
    mapped_questions,
    scores_questions,
)
from services.indicators.grounds import Grounds, grounds_of
from services.indicators.published import KINDS, Figure
from services.indicators.settings import IndicatorsSettings
from services.records.settings import RecordsSettings
from services.runtime.access import caller
from services.runtime.follower import LogFollower
from services.runtime.mailbox import Limits, Pace
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService
from services.runtime.within import caller_within

SERVICE = pb.DESCRIPTOR.services_by_name["FiguresService"].full_name
PIECE = 64 * 1024  # bytes of a file a message

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class FiguresServicer(pb_grpc.FiguresServiceServicer):
    """Answers questions about figures that were computed from records, and streams new ones."""

    def __init__(self, database: Database, grounds: Grounds, follower: LogFollower[Sequence[Figure]]) -> None:
        self._database = database
        self._grounds = grounds
        self._follower = follower

    async def ListDefinitions(
        self, request: pb.ListDefinitionsRequest, context: Context
    ) -> pb.ListDefinitionsResponse:
        return await self._database.run(figures_questions.list_definitions, request, self._grounds.datasets)

    async def GetFigures(self, request: pb.GetFiguresRequest, context: Context) -> pb.GetFiguresResponse:
        if request.map_date:
            told = (_kinds(), self._grounds, datetime.now(UTC))
            return await self._database.run(mapped_questions.get_figures, request, *told)
        return await self._database.run(
            figures_questions.get_figures, request, _kinds(), self._grounds, datetime.now(UTC)
        )

    async def GetFigureSeries(
        self, request: pb.GetFigureSeriesRequest, context: Context
    ) -> pb.GetFigureSeriesResponse:
        if request.map_date:
            told = (self._grounds, datetime.now(UTC))
            return await self._database.run(mapped_questions.get_figure_series, request, *told)
        return await self._database.run(
            figures_questions.get_figure_series, request, self._grounds, datetime.now(UTC)
        )

    async def ListVersions(
        self, request: pb.ListVersionsRequest, context: Context
    ) -> pb.ListVersionsResponse:
        return await self._database.run(figures_questions.list_versions, request)

    async def CompareSubjects(
        self, request: pb.CompareSubjectsRequest, context: Context
    ) -> pb.CompareSubjectsResponse:
        if request.map_date:
            told = (self._grounds, datetime.now(UTC))
            return await self._database.run(mapped_questions.compare_subjects, request, *told)
        return await self._database.run(
            figures_questions.compare_subjects, request, self._grounds, datetime.now(UTC)
        )

    async def ExplainFigure(
        self, request: pb.ExplainFigureRequest, context: Context
    ) -> AsyncIterator[pb.ExplainFigureResponse]:
        explain = mapped_explain.explain if request.map_date else figures_explain.explain
        with await self._database.run(explain, request, self._grounds, datetime.now(UTC)) as file:
            for response in figures_explain.messages(file):
                yield response

    async def ListChanges(self, request: pb.ListChangesRequest, context: Context) -> pb.ListChangesResponse:
        return await self._database.run(figures_questions.list_changes, request, _kinds())

    async def ExportFigures(
        self, request: pb.ExportFiguresRequest, context: Context
    ) -> AsyncIterator[pb.ExportFiguresResponse]:
        told = (_kinds(), self._grounds, datetime.now(UTC))
        with await self._database.run(figures_export.export, request, *told) as file:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield pb.ExportFiguresResponse(data=piece)

    async def WatchFigures(
        self, request: pb.WatchFiguresRequest, context: Context
    ) -> AsyncIterator[pb.WatchFiguresResponse]:
        watched = await self._database.run(figures_questions.watched, request, _kinds())
        pace = Pace()
        async with aclosing(self._follower.watch(request.resume_token)) as entries:
            async for entry in entries:
                response = figures_questions.watch_response(entry, watched)
                if pace.due(has_content=bool(response.figures)):
                    yield response

    async def GetScores(self, request: pb.GetScoresRequest, context: Context) -> pb.GetScoresResponse:
        return await self._database.run(
            scores_questions.get_scores, request, self._grounds, datetime.now(UTC)
        )

    async def ListLateReporters(
        self, request: pb.ListLateReportersRequest, context: Context
    ) -> pb.ListLateReportersResponse:
        return await self._database.run(
            scores_questions.list_late_reporters, request, self._grounds, datetime.now(UTC)
        )

    async def PlanDefinitions(
        self, request: pb.PlanDefinitionsRequest, context: Context
    ) -> AsyncIterator[pb.PlanDefinitionsResponse]:
        with_figures, grounds = not request.without_figures, self._grounds
        plan = await self._database.run(definitions_questions.begin_plan, request, grounds)
        yield definitions_questions.opening(plan, with_figures=with_figures)
        for some in plan.slices if with_figures else ():
            now = datetime.now(UTC)
            yield await self._database.run(definitions_questions.plan_slice, plan, some, grounds, now)

    async def ApplyDefinitions(
        self, request: pb.ApplyDefinitionsRequest, context: Context
    ) -> pb.ApplyDefinitionsResponse:
        return await self._database.run(
            definitions_questions.apply_definitions, request, self._grounds, caller.get(), datetime.now(UTC)
        )


def service(database: Database, limits: Limits) -> RpcService:
    """The service, ready to be hosted, with its follower of the log."""
    follower = LogFollower(database, "indicators", figures_wire.told, limits)
    servicer = FiguresServicer(database, grounds_of(IndicatorsSettings(dsn=""), RecordsSettings()), follower)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_FiguresServiceServicer_to_server, servicer),
        probe=database.probe,
        close=follower.close,
    )


def _kinds() -> tuple[str, ...]:
    """The subjects whose figures the caller may see: the whole and organisations lie in no area."""
    return KINDS if caller_within.get() is None else ("area",)
