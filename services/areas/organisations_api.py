"""The gRPC face of the organisations."""

from datetime import date
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.areas.v1 import organisations_pb2 as pb
from ioc.areas.v1 import organisations_pb2_grpc as pb_grpc

from services.areas import map_wire, store_organisations, wire
from services.areas import organisations_wire as own
from services.areas.domain import MOST_UNITS
from services.areas.map_api import BEFORE_ALL, DEFAULT_PAGE, LARGEST_PAGE, MOST_UNKNOWN, day_of, today
from services.areas.organisations_domain import history_of, plan_register
from services.areas.restate import restate
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["OrganisationsService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class OrganisationsServicer(pb_grpc.OrganisationsServiceServicer):
    """Changes and lists organisations, and restates values by them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ChangeOrganisations(
        self, request: pb.ChangeOrganisationsRequest, context: Context
    ) -> pb.ChangeOrganisationsResponse:
        return await self._database.run(change_organisations, request)

    async def ListOrganisations(
        self, request: pb.ListOrganisationsRequest, context: Context
    ) -> pb.ListOrganisationsResponse:
        return await self._database.run(list_organisations, request, today())

    async def ListOrganisationChanges(
        self, request: pb.ListOrganisationChangesRequest, context: Context
    ) -> pb.ListOrganisationChangesResponse:
        return await self._database.run(list_changes, request)

    async def RestateOrganisationValues(
        self, request: pb.RestateOrganisationValuesRequest, context: Context
    ) -> pb.RestateOrganisationValuesResponse:
        return await self._database.run(restate_values, request, today())

    async def ListAnswering(
        self, request: pb.ListAnsweringRequest, context: Context
    ) -> pb.ListAnsweringResponse:
        return await self._database.run(list_answering, request, today())


def change_organisations(
    connection: Connection, request: pb.ChangeOrganisationsRequest
) -> pb.ChangeOrganisationsResponse:
    """Works out everything, also beside what is there, then writes everything, or nothing for a dry run."""
    wanted = own.to_register(request)
    store_organisations.lock_organisations(connection)
    served = sorted({one.serves for one in wanted.organisations})
    areas = store_organisations.spans_of_units(connection, served)
    planned = plan_register(wanted, store_organisations.register(connection), areas)
    if planned.faults:
        raise InvalidRequest(planned.faults)
    if not request.dry_run and planned.differences:
        store_organisations.put(connection, wanted)
    return pb.ChangeOrganisationsResponse(
        tallies=map(map_wire.from_tally, planned.tallies),
        differences=map_wire.from_differences(planned.differences),
    )


def list_organisations(
    connection: Connection, request: pb.ListOrganisationsRequest, now: date
) -> pb.ListOrganisationsResponse:
    """One page of a day's organisations."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    on = day_of(request.on_date, "on_date", now)
    query = ("ListOrganisations", request.on_date)
    key = unseal(request.page_token, query, (str,)) or [""]
    rows = store_organisations.organisations_after(connection, on, str(key[0]), size + 1)
    more = len(rows) > size
    return pb.ListOrganisationsResponse(
        organisations=map(own.from_organisation, rows[:size]),
        next_page_token=seal(query, [rows[size - 1].code]) if more else "",
    )


def list_changes(
    connection: Connection, request: pb.ListOrganisationChangesRequest
) -> pb.ListOrganisationChangesResponse:
    """One page of what became of which organisation."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    old, new = own.to_name(request.old_code, "old_code"), own.to_name(request.new_code, "new_code")
    query = ("ListOrganisationChanges", old, new)
    key = unseal(request.page_token, query, (str, str, str)) or [BEFORE_ALL, "", ""]
    after = (wire.to_date(str(key[0]), "page_token").isoformat(), str(key[1]), str(key[2]))
    rows = store_organisations.changes_after(connection, old, new, after, size + 1)
    response = pb.ListOrganisationChangesResponse(changes=map(own.from_change, rows[:size]))
    if len(rows) > size:
        last = rows[size - 1]
        response.next_page_token = seal(query, [last.day.isoformat(), last.old_code, last.new_code])
    return response


def restate_values(
    connection: Connection, request: pb.RestateOrganisationValuesRequest, now: date
) -> pb.RestateOrganisationValuesResponse:
    """Values by the organisations of one day, by those of another."""
    on, to = wire.to_date(request.from_date, "from_date"), day_of(request.to_date, "to_date", now)
    if not 0 < len(request.values) <= MOST_UNITS:
        raise InvalidRequest([("values", "bad_count", f"send 1 to {MOST_UNITS} values")])
    values = map_wire.to_values(request.values)
    for index, code in enumerate(values):
        own.to_name(code, f"values[{index}].code")
    if unknown := sorted(values.keys() - store_organisations.names(connection, list(values), on).keys()):
        detail = f"not on {on}: {', '.join(unknown[:MOST_UNKNOWN])}"
        raise InvalidRequest([("values", "unknown_organisation", detail)])
    restated = restate(values, history_of(store_organisations.register(connection)), on, to)
    names = store_organisations.names(connection, list(restated.sums), to)
    return pb.RestateOrganisationValuesResponse(
        values=map_wire.from_values(restated, names), not_restatable=map(map_wire.from_stuck, restated.stuck)
    )


def list_answering(
    connection: Connection, request: pb.ListAnsweringRequest, now: date
) -> pb.ListAnsweringResponse:
    """One page of who answers for what."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    on, source = day_of(request.on_date, "on_date", now), own.to_name(request.source, "source")
    query = ("ListAnswering", source, request.on_date)
    key = unseal(request.page_token, query, (str, str, str)) or ["", "", ""]
    after = (str(key[0]), str(key[1]), str(key[2]))
    rows = store_organisations.answering_after(connection, source, on, after, size + 1)
    response = pb.ListAnsweringResponse(answering=map(own.from_answering, rows[:size]))
    if len(rows) > size:
        last = rows[size - 1]
        response.next_page_token = seal(query, [last.source, last.organisation, last.account])
    return response


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    servicer = OrganisationsServicer(database)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_OrganisationsServiceServicer_to_server, servicer),
        probe=database.probe,
    )
