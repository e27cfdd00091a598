from typing import Any

import grpc
from ioc.telemetry.v1 import storage_pb2

class StorageServiceStub:
    def __init__(self, channel: grpc.Channel) -> None: ...
    GetStorage: grpc.UnaryUnaryMultiCallable[storage_pb2.GetStorageRequest, storage_pb2.GetStorageResponse]

class StorageServiceServicer:
    def GetStorage(self, request: storage_pb2.GetStorageRequest, context: Any) -> Any: ...

def add_StorageServiceServicer_to_server(servicer: StorageServiceServicer, server: Any) -> None: ...
