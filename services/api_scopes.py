"""The scope that each method declares, read from the protos by reflection."""

from collections.abc import Iterable, Mapping

from google.protobuf import descriptor_pool
from ioc.access.v1 import access_pb2


def scopes_by_method(services: Iterable[str]) -> Mapping[str, str]:
    """`/package.Service/Method` to its scope, '' where the method declares none.

    Raises:
        KeyError: a service's proto was not imported.
    """
    pool = descriptor_pool.Default()
    return {
        f"/{name}/{method.name}": str(method.GetOptions().Extensions[access_pb2.scope])  # type: ignore[index]
        for name in services
        for method in pool.FindServiceByName(name).methods
    }
