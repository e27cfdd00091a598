"""The Python client against a server that is away."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import grpc
import pytest
from haidang_client import Client
from ioc.access.v1 import tokens_pb2 as pb
from ioc.access.v1 import tokens_pb2_grpc as pb_grpc


class Away(pb_grpc.TokenServiceServicer):
    """Takes calls, and loses their answers."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def WhoAmI(self, request: pb.WhoAmIRequest, context: Any) -> NoReturn:
        self._lose("WhoAmI", context)

    def RotateToken(self, request: pb.RotateTokenRequest, context: Any) -> NoReturn:
        self._lose("RotateToken", context)

    def _lose(self, method: str, context: Any) -> NoReturn:
        self.calls.append(method)
        context.abort(grpc.StatusCode.UNAVAILABLE, "")


@pytest.fixture
def away() -> Away:
    return Away()


@pytest.fixture
def client(away: Away) -> Iterator[Client]:
    server = grpc.server(ThreadPoolExecutor(1))
    pb_grpc.add_TokenServiceServicer_to_server(away, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with Client(f"127.0.0.1:{port}", "a token") as client:
        yield client
    server.stop(None).wait()


def test_only_what_may_be_repeated_is(client: Client, away: Away) -> None:
    with pytest.raises(grpc.RpcError):
        client.tokens.WhoAmI(pb.WhoAmIRequest())
    with pytest.raises(grpc.RpcError):
        client.tokens.RotateToken(pb.RotateTokenRequest())

    assert away.calls == ["WhoAmI"] * 4 + ["RotateToken"]
