"""Calls of the gRPC API in the name of an operator, with messages as proto3 JSON."""

from __future__ import annotations

import importlib
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.message import Message
from haidang_client import problem_of
from ioc.access.v1 import access_pb2

# What the page asks and does, by proto; everything else is for the command line and other clients.
METHODS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ioc.access.v1.tokens": {"TokenService": ("WhoAmI",)},
    "ioc.areas.v1.areas": {"AreasService": ("ListUnits",)},
    "ioc.areas.v1.organisations": {"OrganisationsService": ("ListOrganisations",)},
    "ioc.alarms.v1.alarms": {
        "AlarmsService": (
            "ListAlarms",
            "WatchAlarms",
            "Acknowledge",
            "Shelve",
            "Unshelve",
            "AddNote",
            "GetHistory",
            "ListRules",
        )
    },
    "ioc.alarms.v1.duty": {
        "DutyService": ("ListOnDuty", "ListEntries", "AddEntry", "GetHandover", "VerifyJournal")
    },
    "ioc.display.v1.walls": {
        "WallsService": (
            "ListWalls",
            "PairWall",
            "ChangeWall",
            "RevokeWall",
            "ReloadWalls",
            "TakeOver",
            "Release",
        )
    },
    "ioc.display.v1.boards": {"BoardsService": ("ListBoards",)},
    "ioc.indicators.v1.indicators": {"IndicatorsService": ("ListIndicators", "GetLatestValues")},
    "ioc.indicators.v1.figures": {
        "FiguresService": (
            "ListDefinitions",
            "GetFigures",
            "GetFigureSeries",
            "ExplainFigure",
            "ListChanges",
            "GetScores",
            "ListLateReporters",
        )
    },
}
WHO_AM_I = "ioc.access.v1.TokenService/WhoAmI"
UNARY_TIMEOUT_S = 30.0
LARGEST_ANSWER = 4 * 1024 * 1024  # bytes; pages of the API are smaller
_OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_ANSWER),
    ("grpc.enable_http_proxy", 0),
    ("grpc.keepalive_time_ms", 20_000),
)


class Method(NamedTuple):
    """An RPC that the page may call."""

    path: str
    request: type[Message]
    response: type[Message]
    streams: bool  # has many answers, perhaps without end
    scope: str
    for_areas: bool  # also for tokens that are restricted to areas


class Failed(Exception):
    """A call that was refused or did not come through: what the page is told of it."""

    def __init__(self, code: str, detail: str, advice: Mapping[str, Any]) -> None:
        self.code, self.detail, self.advice = code, detail, dict(advice)
        super().__init__(detail)


def methods(allowed: Mapping[str, Mapping[str, Iterable[str]]] = METHODS) -> Mapping[str, Method]:
    """`package.Service/Method` to what is needed to call it.

    Raises:
        ImportError: a proto has no generated code.
        KeyError: a service or method is not in its proto.
    """
    found = {}
    pool = descriptor_pool.Default()
    for proto, services in allowed.items():
        importlib.import_module(f"{proto}_pb2")
        package = proto.rpartition(".")[0]
        for service, names in services.items():
            described = pool.FindServiceByName(f"{package}.{service}")
            for name in names:
                method = described.methods_by_name[name]
                said = method.GetOptions().Extensions
                found[f"{described.full_name}/{name}"] = Method(
                    f"/{described.full_name}/{name}",
                    message_factory.GetMessageClass(method.input_type),
                    message_factory.GetMessageClass(method.output_type),
                    method.server_streaming,
                    str(said[access_pb2.scope]),  # type: ignore[index]
                    said[access_pb2.reach] != access_pb2.REACH_UNSPECIFIED,  # type: ignore[index]
                )
    return found


def offered(known: Mapping[str, Method], scopes: Collection[str], areas: Collection[str]) -> list[str]:
    """The methods that a token may call by what they say of themselves; whether it may, the API decides."""
    return [name for name, one in known.items() if one.scope in scopes and (one.for_areas or not areas)]


def open_channel(address: str, authority: Path | None) -> grpc.aio.Channel:
    """One channel serves every desk: tokens go with the calls."""
    if authority is None:
        return grpc.aio.insecure_channel(address, options=_OPTIONS)
    credentials = grpc.ssl_channel_credentials(authority.read_bytes())
    return grpc.aio.secure_channel(address, credentials, options=_OPTIONS)


class Calls:
    """The API in the name of one token."""

    def __init__(self, channel: grpc.aio.Channel, known: Mapping[str, Method], token: str) -> None:
        self._channel = channel
        self._known = known
        self._metadata = (("authorization", f"Bearer {token}"),)

    async def answers(self, name: str, request: bytes) -> AsyncGenerator[str]:
        """Each message of the answer as JSON; of a unary method, the one.

        Raises:
            Failed: the method is none of the page's, the request is not its message, or the API refused.
        """
        method = self._known.get(name)
        if method is None:
            raise Failed("UNIMPLEMENTED", f"{name} is not for this page", {})
        try:
            message = json_format.Parse(request, method.request())
        except json_format.ParseError as error:
            raise Failed("INVALID_ARGUMENT", f"request: {error}", {}) from None
        try:
            async for response in self._messages(method, message):
                yield json_format.MessageToJson(response, indent=None)
        except grpc.aio.AioRpcError as error:
            raise _failed(error) from error

    async def _messages(self, method: Method, message: Message) -> AsyncGenerator[Message]:
        serialize, parse = method.request.SerializeToString, method.response.FromString
        if method.streams:
            stream = self._channel.unary_stream(method.path, serialize, parse)
            async for response in stream(message, metadata=self._metadata):
                yield response
        else:
            call = self._channel.unary_unary(method.path, serialize, parse)
            yield await call(message, metadata=self._metadata, timeout=UNARY_TIMEOUT_S)


def _failed(error: grpc.aio.AioRpcError) -> Failed:
    problem = problem_of(error)
    advice = {"reason": problem.reason, "field": problem.field, "again": problem.again}
    return Failed(problem.code.name, problem.message, advice)
