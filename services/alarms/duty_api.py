"""The gRPC face of duties and their journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.alarms.v1 import duty_pb2 as pb
from ioc.alarms.v1 import duty_pb2_grpc as pb_grpc

from services.alarms import duty_questions as questions
from services.alarms.duty_settings import DutySettings
from services.alarms.roster import Roster
from services.alarms.roster_file import RosterFile
from services.alarms.schedule import WorkingTime
from services.records.catalogue import CALENDAR, load_calendar
from services.records.settings import RecordsSettings
from services.runtime.access import caller, caller_token
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["DutyService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class DutyServicer(pb_grpc.DutyServiceServicer):
    """Says who is on duty and what they were told, and keeps the journal."""

    def __init__(self, database: Database, roster: Callable[[], Roster], working: WorkingTime) -> None:
        self._database, self._roster, self._working = database, roster, working

    async def ListOnDuty(self, request: pb.ListOnDutyRequest, context: Context) -> pb.ListOnDutyResponse:
        scopes = caller_token.get().scopes
        return questions.list_on_duty(request, self._roster(), self._working, scopes, datetime.now(UTC))

    async def ListDeliveries(
        self, request: pb.ListDeliveriesRequest, context: Context
    ) -> pb.ListDeliveriesResponse:
        return await self._database.run(questions.list_deliveries, request)

    async def AddEntry(self, request: pb.AddEntryRequest, context: Context) -> pb.AddEntryResponse:
        return await self._database.run(questions.add_entry, request, caller.get(), datetime.now(UTC))

    async def ListEntries(self, request: pb.ListEntriesRequest, context: Context) -> pb.ListEntriesResponse:
        return await self._database.run(questions.list_entries, request)

    async def GetHandover(self, request: pb.GetHandoverRequest, context: Context) -> pb.GetHandoverResponse:
        return await self._database.run(questions.get_handover, request, datetime.now(UTC))

    async def VerifyJournal(
        self, request: pb.VerifyJournalRequest, context: Context
    ) -> pb.VerifyJournalResponse:
        return await self._database.run(questions.verify_journal, request)


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    working = WorkingTime(load_calendar(RecordsSettings().calendar or CALENDAR))
    servicer = DutyServicer(database, RosterFile(DutySettings().roster).current, working)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_DutyServiceServicer_to_server, servicer),
        probe=database.probe,
    )
