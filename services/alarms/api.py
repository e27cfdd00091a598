"""The gRPC face of alarms."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias, TypeVar

import grpc
from ioc.alarms.v1 import alarms_pb2 as pb
from ioc.alarms.v1 import alarms_pb2_grpc as pb_grpc

from services.alarms import alarms_fact, rpc_decisions, rpc_questions
from services.alarms.alarms_fact import Told
from services.alarms.notice import Words
from services.alarms.rpc_questions import Version
from services.runtime.access import caller, caller_token
from services.runtime.db import Connection
from services.runtime.follower import LogFollower
from services.runtime.mailbox import Entry, Limits, Pace
from services.runtime.outbox import Fact
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService
from services.runtime.within import Within, caller_within

SERVICE = pb.DESCRIPTOR.services_by_name["AlarmsService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Q = TypeVar("Q")
R = TypeVar("R")


class AlarmsServicer(pb_grpc.AlarmsServiceServicer):
    """Answers questions about alarms, streams their changes, and does what people do about them."""

    def __init__(self, database: Database, follower: LogFollower[list[Told]]) -> None:
        self._database = database
        self._follower = follower
        self._words: dict[Version, Words] = {}  # a version of a rule never changes, and there are few

    async def ListAlarms(self, request: pb.ListAlarmsRequest, context: Context) -> pb.ListAlarmsResponse:
        within = caller_within.get()
        return await self._database.run(rpc_questions.list_alarms, request, within, datetime.now(UTC))

    async def WatchAlarms(
        self, request: pb.WatchAlarmsRequest, context: Context
    ) -> AsyncIterator[pb.WatchAlarmsResponse]:
        wanted = await self._database.run(rpc_questions.watched, request, datetime.now(UTC))
        pace = Pace()
        async with aclosing(self._follower.watch(request.resume_token)) as entries:
            async for entry in entries:
                response = rpc_questions.watch_response(entry, wanted, await self._words_in(entry))
                if pace.due(has_content=bool(response.changes)):
                    yield response

    async def Acknowledge(self, request: pb.AcknowledgeRequest, context: Context) -> pb.AcknowledgeResponse:
        return await self._act(rpc_decisions.acknowledge, request)

    async def Shelve(self, request: pb.ShelveRequest, context: Context) -> pb.ShelveResponse:
        return await self._act(rpc_decisions.shelve, request)

    async def Unshelve(self, request: pb.UnshelveRequest, context: Context) -> pb.UnshelveResponse:
        return await self._act(rpc_decisions.unshelve, request)

    async def AddNote(self, request: pb.AddNoteRequest, context: Context) -> pb.AddNoteResponse:
        return await self._act(rpc_decisions.add_note, request)

    async def GetHistory(self, request: pb.GetHistoryRequest, context: Context) -> pb.GetHistoryResponse:
        return await self._database.run(rpc_questions.get_history, request, caller_within.get())

    async def ListRules(self, request: pb.ListRulesRequest, context: Context) -> pb.ListRulesResponse:
        is_everywhere = not caller_token.get().areas
        return await self._database.run(rpc_questions.list_rules, is_everywhere)

    async def _act(self, decide: Callable[[Connection, Q, Within | None, str, datetime], R], request: Q) -> R:
        now = datetime.now(UTC)
        return await self._database.run(decide, request, caller_within.get(), caller.get(), now)

    async def _words_in(self, entry: Entry[list[Told]]) -> Mapping[Version, Words]:
        versions = {(one.alarm.rule, one.alarm.rule_version) for one in entry.body or ()}
        if new := versions - self._words.keys():
            self._words |= await self._database.run(rpc_questions.words_of, new)
        return self._words


def service(database: Database, limits: Limits) -> RpcService:
    """The service, ready to be hosted, with its follower of the log."""
    follower = LogFollower(database, "alarms", _changed, limits)
    servicer = AlarmsServicer(database, follower)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_AlarmsServiceServicer_to_server, servicer),
        probe=database.probe,
        close=follower.close,
    )


def _changed(fact: Fact) -> list[Told] | None:
    return list(alarms_fact.changes(fact.body)) if fact.name == alarms_fact.CHANGED else None
