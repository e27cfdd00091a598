"""The gRPC face of the administrative units."""

from datetime import date, datetime
from functools import partial
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import grpc
from ioc.areas.v1 import areas_pb2 as pb
from ioc.areas.v1 import areas_pb2_grpc as pb_grpc

from services.areas import store, store_map, wire
from services.areas.changes import derive
from services.areas.domain import map_faults, unit_faults
from services.runtime.db import Connection
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["AreasService"].full_name
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class AreasServicer(pb_grpc.AreasServiceServicer):
    """Puts and lists units."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def PutUnits(self, request: pb.PutUnitsRequest, context: Context) -> pb.PutUnitsResponse:
        return await self._database.run(put_units, request)

    async def ListUnits(self, request: pb.ListUnitsRequest, context: Context) -> pb.ListUnitsResponse:
        return await self._database.run(list_units, request, datetime.now(LOCAL).date())


def put_units(connection: Connection, request: pb.PutUnitsRequest) -> pb.PutUnitsResponse:
    """Checks everything, also against what is stored, then writes everything."""
    units = [wire.to_unit(message, index) for index, message in enumerate(request.units)]
    if faults := unit_faults(units):
        raise InvalidRequest(faults)
    store.lock_units(connection)
    codes = {unit.code for unit in units} | {unit.parent_code for unit in units}
    if faults := map_faults(units, store.units_with_codes(connection, sorted(codes))):
        raise InvalidRequest(faults)
    store.put_units(connection, units)
    if store_map.anything_said(connection):
        known = store_map.known(connection, ())
        store_map.write_derived(connection, derive(known.statements, known.declared, known.units))
    return pb.PutUnitsResponse(written=len(units))


def list_units(connection: Connection, request: pb.ListUnitsRequest, today: date) -> pb.ListUnitsResponse:
    """The units of a day."""
    day = wire.to_date(request.on_date, "on_date") if request.on_date else today
    return pb.ListUnitsResponse(
        units=map(wire.from_unit, store.units(connection, day, request.with_boundaries))
    )


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    servicer = AreasServicer(database)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_AreasServiceServicer_to_server, servicer),
        probe=database.probe,
    )
