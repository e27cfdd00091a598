"""The schema, told by the server to any token: what grpcurl and its like ask before they call."""

from collections.abc import Iterable
from typing import Any

import grpc
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor
from grpc_reflection.v1alpha import reflection, reflection_pb2

# grpcio-reflection knows the old name only, and clients ask for the new one first; the messages of the two
# are the same on the wire.
NAMES = frozenset({"grpc.reflection.v1.ServerReflection", reflection.SERVICE_NAME})

_POOL = descriptor_pool.Default()


class _Symbols:
    """The pool of descriptors, with methods: protobuf finds everything else by its name, but not these."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_POOL, name)

    def FindFileContainingSymbol(self, symbol: str) -> FileDescriptor:
        """Raises KeyError where there is no such symbol."""
        try:
            return _POOL.FindFileContainingSymbol(symbol)
        except KeyError:
            return _POOL.FindMethodByName(symbol).containing_service.file


def add_reflection(server: grpc.aio.Server, services: Iterable[str]) -> None:
    """Tells of services by their full names, and of itself by the name whose schema is at hand."""
    servicer = reflection.aio.ReflectionServicer([*services, reflection.SERVICE_NAME], _Symbols())
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        reflection_pb2.ServerReflectionRequest.FromString,
        reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler(name, {"ServerReflectionInfo": handler}) for name in NAMES]
    )
