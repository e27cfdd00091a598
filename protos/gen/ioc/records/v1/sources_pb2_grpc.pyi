from typing import Any

import grpc
from ioc.records.v1 import sources_pb2

class SourcesServiceStub:
    def __init__(self, channel: grpc.Channel) -> None: ...
    ListPromises: grpc.UnaryUnaryMultiCallable[sources_pb2.ListPromisesRequest, sources_pb2.ListPromisesResponse]
    ListSources: grpc.UnaryUnaryMultiCallable[sources_pb2.ListSourcesRequest, sources_pb2.ListSourcesResponse]

class SourcesServiceServicer:
    def ListPromises(self, request: sources_pb2.ListPromisesRequest, context: Any) -> Any: ...
    def ListSources(self, request: sources_pb2.ListSourcesRequest, context: Any) -> Any: ...

def add_SourcesServiceServicer_to_server(servicer: SourcesServiceServicer, server: Any) -> None: ...
