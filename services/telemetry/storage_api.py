"""The gRPC face of what is stored: what it takes."""

from functools import partial
from typing import Any, TypeAlias

import grpc
from ioc.telemetry.v1 import storage_pb2 as pb
from ioc.telemetry.v1 import storage_pb2_grpc as pb_grpc

from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService
from services.telemetry import storage_wire, store_storage

SERVICE = pb.DESCRIPTOR.services_by_name["StorageService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class StorageServicer(pb_grpc.StorageServiceServicer):
    """Says what is stored."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def GetStorage(self, request: pb.GetStorageRequest, context: Context) -> pb.GetStorageResponse:
        return storage_wire.storage(await self._database.run(store_storage.storage))


def service(database: Database) -> RpcService:
    """The service, ready to be hosted."""
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_StorageServiceServicer_to_server, StorageServicer(database)),
        probe=database.probe,
    )
