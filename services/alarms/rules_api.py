"""The gRPC face of changed rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.alarms.v1 import rules_pb2 as pb
from ioc.alarms.v1 import rules_pb2_grpc as pb_grpc

from services.alarms import rpc_rules
from services.alarms.grounds import Office, office_of
from services.records.settings import RecordsSettings
from services.runtime.access import caller
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["RulesService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class RulesServicer(pb_grpc.RulesServiceServicer):
    """Tries changed rules on the past, and puts them in force."""

    def __init__(self, database: Database, office: Office) -> None:
        self._database, self._office = database, office
        self._turn = asyncio.Lock()  # steps of several plans take turns: others need connections, too

    async def PlanRules(
        self, request: pb.PlanRulesRequest, context: Context
    ) -> AsyncIterator[pb.PlanRulesResponse]:
        now = datetime.now(UTC)
        tried = await self._database.run(rpc_rules.begin_plan, request, self._office, now)
        yield tried.opening
        for step in tried.steps:
            async with self._turn:
                response = await self._database.run(rpc_rules.try_step, tried, step)
            yield response
        if tried.trial is not None:
            yield tried.end

    async def ApplyRules(self, request: pb.ApplyRulesRequest, context: Context) -> pb.ApplyRulesResponse:
        return await self._database.run(rpc_rules.apply_rules, request, caller.get(), datetime.now(UTC))


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    servicer = RulesServicer(database, office_of(RecordsSettings()))
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_RulesServiceServicer_to_server, servicer),
        probe=database.probe,
    )
