"""The gRPC face of the commands to devices."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.telemetry.v1 import commands_pb2 as pb
from ioc.telemetry.v1 import commands_pb2_grpc as pb_grpc

from services.runtime.access import caller
from services.runtime.mailbox import Limits
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import Exhausted
from services.runtime.rpc_host import RpcService
from services.telemetry import commands_questions as questions
from services.telemetry import commands_wire as wire
from services.telemetry.commands_domain import OPEN

SERVICE = pb.DESCRIPTOR.services_by_name["CommandService"].full_name
LOOK_S = 0.5  # between looks at a watched command: a read by primary key

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class CommandServicer(pb_grpc.CommandServiceServicer):
    """Takes commands and says what became of them."""

    def __init__(self, database: Database, most_watchers: int) -> None:
        self._database = database
        self._free = most_watchers
        self._closing = asyncio.Event()

    async def SendCommand(self, request: pb.SendCommandRequest, context: Context) -> pb.SendCommandResponse:
        return await self._database.run(questions.send_command, request, caller.get())

    async def GetCommand(self, request: pb.GetCommandRequest, context: Context) -> pb.GetCommandResponse:
        return await self._database.run(questions.get_command, request)

    async def ListCommands(
        self, request: pb.ListCommandsRequest, context: Context
    ) -> pb.ListCommandsResponse:
        return await self._database.run(questions.list_commands, request)

    async def WatchCommand(
        self, request: pb.WatchCommandRequest, context: Context
    ) -> AsyncIterator[pb.WatchCommandResponse]:
        shown = None
        with self._place():
            while not self._closing.is_set():
                found = await self._database.run(questions.find, request.id)
                if found != shown:
                    yield pb.WatchCommandResponse(command=wire.command(found))
                    shown = found
                if found.state not in OPEN:
                    return
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), LOOK_S)

    async def close(self) -> None:
        """Ends the watches."""
        self._closing.set()

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._free <= 0:
            raise Exhausted("too_many_watchers", "too many commands are watched; try again later")
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


def service(database: Database, limits: Limits) -> RpcService:
    """The service, ready to be hosted."""
    servicer = CommandServicer(database, limits.watchers)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_CommandServiceServicer_to_server, servicer),
        probe=database.probe,
        close=servicer.close,
    )
