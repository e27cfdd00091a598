"""The gRPC face of the map through time."""

from datetime import date, datetime
from functools import partial
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import grpc
from ioc.areas.v1 import map_pb2 as pb
from ioc.areas.v1 import map_pb2_grpc as pb_grpc

from services.areas import map_wire, store, store_map, wire
from services.areas.domain import MOST_UNITS
from services.areas.plan import plan
from services.areas.restate import follow, restate
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["MapService"].full_name
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
DEFAULT_PAGE, LARGEST_PAGE = 100, 1_000
MOST_UNKNOWN = 20  # codes that one refusal names
BEFORE_ALL = "0001-01-01"

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class MapServicer(pb_grpc.MapServiceServicer):
    """Changes the map, and answers what was, is and became."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ChangeMap(self, request: pb.ChangeMapRequest, context: Context) -> pb.ChangeMapResponse:
        return await self._database.run(change_map, request)

    async def GetUnit(self, request: pb.GetUnitRequest, context: Context) -> pb.GetUnitResponse:
        return await self._database.run(get_unit, request, today())

    async def ListChanges(self, request: pb.ListChangesRequest, context: Context) -> pb.ListChangesResponse:
        return await self._database.run(list_changes, request)

    async def ListUnresolved(
        self, request: pb.ListUnresolvedRequest, context: Context
    ) -> pb.ListUnresolvedResponse:
        return await self._database.run(list_unresolved, request)

    async def FollowUnit(self, request: pb.FollowUnitRequest, context: Context) -> pb.FollowUnitResponse:
        return await self._database.run(follow_unit, request, today())

    async def RestateValues(
        self, request: pb.RestateValuesRequest, context: Context
    ) -> pb.RestateValuesResponse:
        return await self._database.run(restate_values, request, today())


def today() -> date:
    """The day in Asia/Ho_Chi_Minh."""
    return datetime.now(LOCAL).date()


def change_map(connection: Connection, request: pb.ChangeMapRequest) -> pb.ChangeMapResponse:
    """Works out everything, also beside what is there, then writes everything, or nothing for a dry run."""
    wanted = map_wire.to_wanted(request)
    store.lock_units(connection)
    planned = plan(wanted, store_map.known(connection, sorted(wanted.need_boundaries())))
    if planned.faults:
        raise InvalidRequest(planned.faults)
    if not request.dry_run and planned.differences:
        store_map.write(connection, planned)
    return map_wire.from_plan(planned, request)


def get_unit(connection: Connection, request: pb.GetUnitRequest, now: date) -> pb.GetUnitResponse:
    """One unit of a day's map with those above it."""
    day = day_of(request.on_date, "on_date", now)
    code = wire.to_code(request.code, "code")
    found = store_map.unit_with_above(connection, code, day, request.with_boundary)
    if not found:
        raise NotFound("code", "unknown_area", f"no unit {request.code!r} on {day}")
    return pb.GetUnitResponse(unit=wire.from_unit(found[0]), above=map(wire.from_unit, found[1:]))


def list_changes(connection: Connection, request: pb.ListChangesRequest) -> pb.ListChangesResponse:
    """One page of what became of what."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    day = wire.to_date(request.day, "day") if request.day else None
    query = ("ListChanges", request.old_code, request.new_code, request.day)
    key = unseal(request.page_token, query, (str, str, str)) or [BEFORE_ALL, "", ""]
    after = (wire.to_date(str(key[0]), "page_token").isoformat(), str(key[1]), str(key[2]))
    old, new = wire.to_code(request.old_code, "old_code"), wire.to_code(request.new_code, "new_code")
    rows = store_map.changes_after(connection, old, new, day, after, size + 1)
    response = pb.ListChangesResponse(changes=[map_wire.from_change(*row) for row in rows[:size]])
    if len(rows) > size:
        last = rows[size - 1][0]
        response.next_page_token = seal(query, [last.day.isoformat(), last.old_code, last.new_code])
    return response


def list_unresolved(connection: Connection, request: pb.ListUnresolvedRequest) -> pb.ListUnresolvedResponse:
    """One page of what words leave open."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = ("ListUnresolved", request.code)
    key = unseal(request.page_token, query, (str, str, int)) or [BEFORE_ALL, "", -1]
    after = (wire.to_date(str(key[0]), "page_token").isoformat(), str(key[1]), int(key[2]))
    rows = store_map.unresolved_after(connection, wire.to_code(request.code, "code"), after, size + 1)
    response = pb.ListUnresolvedResponse(unresolved=map(map_wire.from_unresolved, rows[:size]))
    if len(rows) > size:
        last = rows[size - 1]
        response.next_page_token = seal(query, [last.day.isoformat(), last.code, last.place])
    return response


def follow_unit(connection: Connection, request: pb.FollowUnitRequest, now: date) -> pb.FollowUnitResponse:
    """A code of one map, looked up on another."""
    on, to = wire.to_date(request.from_date, "from_date"), day_of(request.to_date, "to_date", now)
    if not store.codes_on(connection, [wire.to_code(request.code, "code")], on):
        raise NotFound("code", "unknown_area", f"no unit {request.code!r} on {on}")
    found, lost = follow(request.code, store_map.history(connection), on, to)
    names = store_map.names(connection, [one.code for one in found], to)
    return pb.FollowUnitResponse(units=[map_wire.from_followed(one, names) for one in found], lost=lost)


def restate_values(
    connection: Connection, request: pb.RestateValuesRequest, now: date
) -> pb.RestateValuesResponse:
    """Values of one map on another."""
    on, to = wire.to_date(request.from_date, "from_date"), day_of(request.to_date, "to_date", now)
    if not 0 < len(request.values) <= MOST_UNITS:
        raise InvalidRequest([("values", "bad_count", f"send 1 to {MOST_UNITS} values")])
    values = map_wire.to_values(request.values)
    for index, code in enumerate(values):
        wire.to_code(code, f"values[{index}].code")
    if unknown := sorted(values.keys() - store.codes_on(connection, list(values), on)):
        raise InvalidRequest(
            [("values", "unknown_area", f"not on {on}: {', '.join(unknown[:MOST_UNKNOWN])}")]
        )
    restated = restate(values, store_map.history(connection), on, to)
    names = store_map.names(connection, list(restated.sums), to)
    return pb.RestateValuesResponse(
        values=map_wire.from_values(restated, names), not_restatable=map(map_wire.from_stuck, restated.stuck)
    )


def day_of(text: str, field: str, otherwise: date) -> date:
    """The day that a request names, or another.

    Raises:
        InvalidRequest: it is no date.
    """
    return wire.to_date(text, field) if text else otherwise


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    servicer = MapServicer(database)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_MapServiceServicer_to_server, servicer),
        probe=database.probe,
    )
