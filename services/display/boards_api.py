"""The gRPC face of boards."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.display.v1 import boards_pb2 as pb
from ioc.display.v1 import boards_pb2_grpc as pb_grpc

from services.display import boards_questions as questions
from services.display.board_folder import shipped
from services.display.settings import HubSettings
from services.runtime.access import caller
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["BoardsService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class BoardsServicer(pb_grpc.BoardsServiceServicer):
    """Tells boards, plans and applies them."""

    def __init__(self, database: Database, shipped: questions.Shipped, province: str) -> None:
        self._database, self._shipped, self._province = database, shipped, province

    async def ListBoards(self, request: pb.ListBoardsRequest, context: Context) -> pb.ListBoardsResponse:
        return await self._database.run(questions.list_boards, request, self._shipped)

    async def GetBoard(self, request: pb.GetBoardRequest, context: Context) -> pb.GetBoardResponse:
        return await self._database.run(questions.get_board, request, self._shipped)

    async def PlanBoards(self, request: pb.PlanBoardsRequest, context: Context) -> pb.PlanBoardsResponse:
        given = (self._shipped, self._province, datetime.now(UTC))
        return await self._database.run(questions.plan_boards, request, *given)

    async def ApplyBoards(self, request: pb.ApplyBoardsRequest, context: Context) -> pb.ApplyBoardsResponse:
        given = (self._shipped, self._province, caller.get(), datetime.now(UTC))
        return await self._database.run(questions.apply_boards, request, *given)

    async def ResetBoard(self, request: pb.ResetBoardRequest, context: Context) -> pb.ResetBoardResponse:
        given = (self._shipped, caller.get(), datetime.now(UTC))
        return await self._database.run(questions.reset_board, request, *given)


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    settings = HubSettings()
    servicer = BoardsServicer(database, partial(shipped, settings.boards), settings.province)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_BoardsServiceServicer_to_server, servicer),
        probe=database.probe,
    )
