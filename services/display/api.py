"""The gRPC face of walls."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.display.v1 import walls_pb2 as pb
from ioc.display.v1 import walls_pb2_grpc as pb_grpc

from services.display import walls_questions as questions
from services.display.board_folder import shipped
from services.display.boards_questions import Shipped
from services.display.settings import HubSettings
from services.runtime.access import caller
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["WallsService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class WallsServicer(pb_grpc.WallsServiceServicer):
    """Pairs walls, sets what they show, and says how they do."""

    def __init__(self, database: Database, shipped: Shipped) -> None:
        self._database, self._shipped = database, shipped

    async def ListWalls(self, request: pb.ListWallsRequest, context: Context) -> pb.ListWallsResponse:
        return await self._database.run(questions.list_walls, request, datetime.now(UTC))

    async def PairWall(self, request: pb.PairWallRequest, context: Context) -> pb.PairWallResponse:
        return await self._database.run(questions.pair_wall, request, self._shipped, *_by())

    async def ChangeWall(self, request: pb.ChangeWallRequest, context: Context) -> pb.ChangeWallResponse:
        return await self._database.run(questions.change_wall, request, self._shipped, *_by())

    async def RevokeWall(self, request: pb.RevokeWallRequest, context: Context) -> pb.RevokeWallResponse:
        return await self._database.run(questions.revoke_wall, request, *_by())

    async def ReloadWalls(self, request: pb.ReloadWallsRequest, context: Context) -> pb.ReloadWallsResponse:
        return await self._database.run(questions.reload_walls, request, *_by())

    async def TakeOver(self, request: pb.TakeOverRequest, context: Context) -> pb.TakeOverResponse:
        return await self._database.run(questions.take_over, request, self._shipped, *_by())

    async def Release(self, request: pb.ReleaseRequest, context: Context) -> pb.ReleaseResponse:
        return await self._database.run(questions.release, request, *_by())

    async def ListWallChanges(
        self, request: pb.ListWallChangesRequest, context: Context
    ) -> pb.ListWallChangesResponse:
        return await self._database.run(questions.list_wall_changes, request)


def _by() -> tuple[str, datetime]:
    """Who does it, and when."""
    return caller.get(), datetime.now(UTC)


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    servicer = WallsServicer(database, partial(shipped, HubSettings().boards))
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_WallsServiceServicer_to_server, servicer),
        probe=database.probe,
    )
