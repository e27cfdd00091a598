from typing import Any

import grpc
from ioc.access.v1 import tokens_pb2

class TokenServiceStub:
    def __init__(self, channel: grpc.Channel) -> None: ...
    WhoAmI: grpc.UnaryUnaryMultiCallable[tokens_pb2.WhoAmIRequest, tokens_pb2.WhoAmIResponse]
    RotateToken: grpc.UnaryUnaryMultiCallable[tokens_pb2.RotateTokenRequest, tokens_pb2.RotateTokenResponse]

class TokenServiceServicer:
    def WhoAmI(self, request: tokens_pb2.WhoAmIRequest, context: Any) -> Any: ...
    def RotateToken(self, request: tokens_pb2.RotateTokenRequest, context: Any) -> Any: ...

def add_TokenServiceServicer_to_server(servicer: TokenServiceServicer, server: Any) -> None: ...
