"""The gRPC face of announced work."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.alarms.v1 import maintenance_pb2 as pb
from ioc.alarms.v1 import maintenance_pb2_grpc as pb_grpc

from services.alarms import rpc_maintenance
from services.runtime.access import caller
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["MaintenanceService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class MaintenanceServicer(pb_grpc.MaintenanceServiceServicer):
    """Takes announcements of work, and tells of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def AnnounceMaintenance(
        self, request: pb.AnnounceMaintenanceRequest, context: Context
    ) -> pb.AnnounceMaintenanceResponse:
        return await self._database.run(rpc_maintenance.announce, request, caller.get(), datetime.now(UTC))

    async def ListMaintenance(
        self, request: pb.ListMaintenanceRequest, context: Context
    ) -> pb.ListMaintenanceResponse:
        return await self._database.run(rpc_maintenance.list_, request, datetime.now(UTC))

    async def CancelMaintenance(
        self, request: pb.CancelMaintenanceRequest, context: Context
    ) -> pb.CancelMaintenanceResponse:
        return await self._database.run(rpc_maintenance.cancel, request, caller.get(), datetime.now(UTC))


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_MaintenanceServiceServicer_to_server, MaintenanceServicer(database)),
        probe=database.probe,
    )
