from typing import Any

import grpc
from ioc.areas.v1 import areas_pb2

class AreasServiceStub:
    def __init__(self, channel: grpc.Channel) -> None: ...
    PutUnits: grpc.UnaryUnaryMultiCallable[areas_pb2.PutUnitsRequest, areas_pb2.PutUnitsResponse]
    ListUnits: grpc.UnaryUnaryMultiCallable[areas_pb2.ListUnitsRequest, areas_pb2.ListUnitsResponse]

class AreasServiceServicer:
    def PutUnits(self, request: areas_pb2.PutUnitsRequest, context: Any) -> Any: ...
    def ListUnits(self, request: areas_pb2.ListUnitsRequest, context: Any) -> Any: ...

def add_AreasServiceServicer_to_server(servicer: AreasServiceServicer, server: Any) -> None: ...
