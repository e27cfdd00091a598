"""By reflection over every method of every service: no token, no entry; no scope, no entry."""

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import grpc
import ioc
import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import FileDescriptor
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2
from grpc_status import rpc_status

from services.api_process import SERVICES, build
from services.api_reach import reach_by_method
from services.api_reasons import advice_of
from services.api_scopes import scopes_by_method
from services.registry.store_tokens import token_by_hash
from services.runtime.access import TokenCache
from services.runtime.quota import Quota
from services.runtime.rpc_answers import AnswerInterceptor, Times
from services.runtime.rpc_host import RpcHost, RpcService
from services.runtime.rpc_interceptors import AccessInterceptor
from services.runtime.rpc_settings import RpcSettings
from tests.fixtures.rpc import serving

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
REFLECTION = [f"/grpc.reflection.{v}.ServerReflection/ServerReflectionInfo" for v in ("v1", "v1alpha")]


@dataclass(frozen=True)
class Known:
    """A token as the registry answers it."""

    name: str
    scopes: frozenset[str] = frozenset()
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    areas: frozenset[str] = frozenset()
    requests_per_s: int | None = None
    streams: int | None = None


def every_service() -> list[str]:
    """Full names of the services that the protos define."""
    modules = [importlib.import_module(m.name) for m in pkgutil.walk_packages(ioc.__path__, "ioc.")]
    files = [m.DESCRIPTOR for m in modules if isinstance(getattr(m, "DESCRIPTOR", None), FileDescriptor)]
    return sorted(service.full_name for file in files for service in file.services_by_name.values())


SCOPES = scopes_by_method(every_service())
REACH = reach_by_method(every_service())
TOKENS = {
    "no-scopes": Known("no-scopes"),
    "all-scopes": Known("all-scopes", frozenset(SCOPES.values())),
    "expired": Known("expired", frozenset(SCOPES.values()), expires_at=LONG_AGO),
    "revoked": Known("revoked", frozenset(SCOPES.values()), revoked_at=LONG_AGO),
    "in-areas": Known("in-areas", frozenset(SCOPES.values()), areas=frozenset({"79"})),
    **{f"without-{scope}": Known(scope, frozenset(SCOPES.values()) - {scope}) for scope in SCOPES.values()},
    **{f"only-{scope}": Known(scope, frozenset({scope})) for scope in SCOPES.values()},
}


class DatabaseOfTokens:
    """Knows tokens; whatever else reaches it has been let in."""

    async def run(self, work: Callable[..., Any], *arguments: Any) -> Any:
        if work is not token_by_hash:
            raise NotImplementedError(work)
        (sha256,) = arguments
        return next((t for s, t in TOKENS.items() if hashlib.sha256(s.encode()).digest() == sha256), None)

    def probe(self) -> str | None:
        return None


@pytest.fixture(scope="module")
def channel() -> Iterator[grpc.Channel]:
    database: Any = DatabaseOfTokens()
    make = partial(build, tuple(SERVICES), lambda context: database, RpcSettings(port=0))
    with serving(make) as address, grpc.insecure_channel(address) as channel:
        yield channel


def call(channel: grpc.Channel, method: str, *authorization: str) -> grpc.Call:
    """Calls any method with an empty request; its failure is returned."""
    metadata = [("authorization", value) for value in authorization]
    responses = channel.unary_stream(method)(b"", metadata=metadata, timeout=10)
    with pytest.raises(grpc.RpcError) as failed:
        list(responses)
    error: Any = failed.value
    return error


def reason(error: grpc.Call) -> str:
    info = error_details_pb2.ErrorInfo()
    assert rpc_status.from_call(error).details[0].Unpack(info)
    return str(info.reason)


def reflected(channel: grpc.Channel, method: str, **question: str) -> reflection_pb2.ServerReflectionResponse:
    ask = channel.stream_stream(
        method,
        reflection_pb2.ServerReflectionRequest.SerializeToString,
        reflection_pb2.ServerReflectionResponse.FromString,
    )
    asked = iter([reflection_pb2.ServerReflectionRequest(**question)])
    (answer,) = ask(asked, metadata=[("authorization", "Bearer no-scopes")], timeout=10)
    assert isinstance(answer, reflection_pb2.ServerReflectionResponse)
    return answer


@pytest.mark.parametrize("reflection", REFLECTION)
def test_every_service_is_served_and_every_method_names_a_scope(
    channel: grpc.Channel, reflection: str
) -> None:
    answer = reflected(channel, reflection, list_services="")
    served = {service.name for service in answer.list_services_response.service}

    assert set(every_service()) == {name for name in served if name.startswith("ioc.")}
    assert len(SCOPES) >= 14
    assert all(SCOPES.values())


@pytest.mark.parametrize("reflection", REFLECTION)
def test_reflection_knows_services_methods_messages_and_fields(
    channel: grpc.Channel, reflection: str
) -> None:
    for symbol in ("TelemetryService", "TelemetryService.GetLatest", "SeriesName", "SeriesName.device"):
        answer = reflected(channel, reflection, file_containing_symbol=f"ioc.telemetry.v1.{symbol}")
        first, *_imported = answer.file_descriptor_response.file_descriptor_proto
        file = descriptor_pb2.FileDescriptorProto.FromString(first)
        assert file.name == "ioc/telemetry/v1/telemetry.proto", symbol

    for symbol in ("TelemetryService.GetNothing", "Nothing.GetLatest", ""):
        answer = reflected(channel, reflection, file_containing_symbol=f"ioc.telemetry.v1.{symbol}")
        assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0], symbol


@pytest.mark.parametrize("method", SCOPES)
def test_without_a_valid_token_nobody_enters(channel: grpc.Channel, method: str) -> None:
    for authorization, why in (
        ([], "token_missing"),
        (["Bearer forged"], "token_unknown"),
        (["Bearer expired"], "token_expired"),
        (["Bearer revoked"], "token_revoked"),
        (["Basic all-scopes"], "token_malformed"),
        (["all-scopes"], "token_malformed"),
        (["Bearer "], "token_malformed"),
        (["Bearer all-scopes", "Bearer all-scopes"], "token_malformed"),
        (["Bearer " + "x" * 300], "token_malformed"),
    ):
        error = call(channel, method, *authorization)
        assert (error.code(), reason(error)) == (grpc.StatusCode.UNAUTHENTICATED, why)


@pytest.mark.parametrize(("method", "scope"), SCOPES.items())
def test_without_its_scope_a_token_does_not_open_a_method(
    channel: grpc.Channel, method: str, scope: str
) -> None:
    for secret in ("no-scopes", f"without-{scope}"):
        error = call(channel, method, f"Bearer {secret}")
        assert (error.code(), reason(error)) == (grpc.StatusCode.PERMISSION_DENIED, "scope_missing")
        assert scope in error.details()


@pytest.mark.parametrize(("method", "scope"), SCOPES.items())
def test_its_scope_alone_opens_a_method(channel: grpc.Channel, method: str, scope: str) -> None:
    try:
        list(
            channel.unary_stream(method)(
                b"", metadata=[("authorization", f"Bearer only-{scope}")], timeout=10
            )
        )
    except grpc.RpcError as error:
        inside = (grpc.StatusCode.INTERNAL, grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND)
        assert error.code() in inside  # noqa: PT017


@pytest.mark.parametrize("method", [method for method in SCOPES if not REACH[method]])
def test_what_says_nothing_of_areas_is_closed_to_tokens_that_have_them(
    channel: grpc.Channel, method: str
) -> None:
    error = call(channel, method, "Bearer in-areas")

    assert (error.code(), reason(error)) == (grpc.StatusCode.PERMISSION_DENIED, "not_for_areas")


def test_a_method_without_a_scope_is_refused_to_everybody() -> None:
    async def answer(request: bytes, context: object) -> bytes:
        return b""

    handler = grpc.method_handlers_generic_handler(
        "test.v1.Bare", {"Ask": grpc.unary_unary_rpc_method_handler(answer)}
    )

    def make() -> RpcHost:
        database: Any = DatabaseOfTokens()
        tokens = TokenCache(lambda sha256: database.run(token_by_hash, sha256), lambda: 0.0)
        bare = RpcService("test.v1.Bare", lambda s: s.add_generic_rpc_handlers((handler,)), lambda: None)
        answers = AnswerInterceptor(lambda method: True, advice_of, 1.0, Times(1.0, 1.0))
        interceptors = [answers, AccessInterceptor(tokens, {}.get, Quota(9, 9, lambda: 0.0))]
        return RpcHost(RpcSettings(port=0), [bare], interceptors)

    with serving(make) as address, grpc.insecure_channel(address) as channel:
        error = call(channel, "/test.v1.Bare/Ask", "Bearer all-scopes")

    assert (error.code(), reason(error)) == (grpc.StatusCode.PERMISSION_DENIED, "method_without_scope")


def test_unknown_methods_tell_strangers_nothing(channel: grpc.Channel) -> None:
    method = "/ioc.telemetry.v1.TelemetryService/NoSuch"

    assert call(channel, method).code() is grpc.StatusCode.UNAUTHENTICATED
    assert call(channel, method, "Bearer all-scopes").code() is grpc.StatusCode.PERMISSION_DENIED


def test_health_is_open_and_reflection_is_not(channel: grpc.Channel) -> None:
    health = health_pb2_grpc.HealthStub(channel)
    for name in ("", *every_service()):
        status = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=10).status
        assert status == health_pb2.HealthCheckResponse.SERVING

    for method in REFLECTION:
        assert call(channel, method).code() is grpc.StatusCode.UNAUTHENTICATED


def test_an_error_nobody_expected_tells_nothing_of_the_inside(channel: grpc.Channel) -> None:
    error = call(channel, "/ioc.registry.v1.RegistryService/ListDevices", "Bearer all-scopes")

    assert (error.code(), reason(error)) == (grpc.StatusCode.INTERNAL, "unexpected_error")
    assert "NotImplementedError" not in error.details()
