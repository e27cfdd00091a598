"""The gRPC face of the tokens."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias, cast

import grpc
from ioc.access.v1 import tokens_pb2 as pb
from ioc.access.v1 import tokens_pb2_grpc as pb_grpc

from services.registry import tokens_questions as questions
from services.registry.tokens_domain import Token
from services.runtime.access import Token as AnyToken
from services.runtime.access import caller_token
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcService

SERVICE = pb.DESCRIPTOR.services_by_name["TokenService"].full_name

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
LimitsOf = Callable[[AnyToken], tuple[int, int]]


class TokenServicer(pb_grpc.TokenServiceServicer):
    """Answers about the token that a call was made with."""

    def __init__(self, database: Database, limits_of: LimitsOf) -> None:
        self._database = database
        self._limits_of = limits_of

    async def WhoAmI(self, request: pb.WhoAmIRequest, context: Context) -> pb.WhoAmIResponse:
        token = _own_token()
        return questions.who_am_i(token, self._limits_of(token))

    async def RotateToken(self, request: pb.RotateTokenRequest, context: Context) -> pb.RotateTokenResponse:
        return await self._database.run(
            questions.rotate_token, request, _own_token().token_id, datetime.now(UTC)
        )


def _own_token() -> Token:
    return cast(Token, caller_token.get())  # tokens come from this context's store


def service(database: Database, limits_of: LimitsOf) -> RpcService:
    """The service, ready to be hosted."""
    servicer = TokenServicer(database, limits_of)
    return RpcService(
        name=SERVICE,
        add_to=partial(pb_grpc.add_TokenServiceServicer_to_server, servicer),
        probe=database.probe,
    )
