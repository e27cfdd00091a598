"""A connection to the API with a token."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import grpc
from ioc.access.v1.tokens_pb2_grpc import TokenServiceStub
from ioc.alarms.v1 import alarms_pb2
from ioc.alarms.v1.alarms_pb2_grpc import AlarmsServiceStub
from ioc.alarms.v1.duty_pb2_grpc import DutyServiceStub
from ioc.alarms.v1.maintenance_pb2_grpc import MaintenanceServiceStub
from ioc.alarms.v1.rules_pb2_grpc import RulesServiceStub
from ioc.areas.v1.areas_pb2_grpc import AreasServiceStub
from ioc.areas.v1.map_pb2_grpc import MapServiceStub
from ioc.areas.v1.organisations_pb2_grpc import OrganisationsServiceStub
from ioc.display.v1.boards_pb2_grpc import BoardsServiceStub
from ioc.display.v1.walls_pb2_grpc import WallsServiceStub
from ioc.indicators.v1 import indicators_pb2
from ioc.indicators.v1.figures_pb2_grpc import FiguresServiceStub
from ioc.indicators.v1.indicators_pb2_grpc import IndicatorsServiceStub
from ioc.records.v1.records_pb2_grpc import RecordsServiceStub
from ioc.records.v1.sources_pb2_grpc import SourcesServiceStub
from ioc.registry.v1.registry_pb2_grpc import RegistryServiceStub
from ioc.telemetry.v1 import telemetry_pb2
from ioc.telemetry.v1.commands_pb2_grpc import CommandServiceStub
from ioc.telemetry.v1.series_pb2_grpc import SeriesServiceStub
from ioc.telemetry.v1.storage_pb2_grpc import StorageServiceStub
from ioc.telemetry.v1.telemetry_pb2_grpc import TelemetryServiceStub

from haidang_client.streams import follow

CALL_TIMEOUT_S = 30.0
LARGEST_MESSAGE = 64 * 1024 * 1024  # bytes; a map with boundaries is large

_RETRY = {
    "maxAttempts": 4,
    "initialBackoff": "0.2s",
    "maxBackoff": "2s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}
# A second exchange after a lost answer would be refused: the secret was exchanged, and the new one is lost.
# A note would be written twice, and what was done to an alarm is not done again.
_ONCE = [
    {"service": "ioc.access.v1.TokenService", "method": "RotateToken"},
    {"service": "ioc.alarms.v1.DutyService", "method": "AddEntry"},
    *(
        {"service": "ioc.alarms.v1.MaintenanceService", "method": method}
        for method in ("AnnounceMaintenance", "CancelMaintenance")
    ),
    *(
        {"service": "ioc.alarms.v1.AlarmsService", "method": method}
        for method in ("Acknowledge", "Shelve", "Unshelve", "AddNote")
    ),
    *({"service": "ioc.display.v1.WallsService", "method": method} for method in ("PairWall", "TakeOver")),
]
_METHODS = [{"name": _ONCE}, {"name": [{}], "retryPolicy": _RETRY}]
_OPTIONS: Sequence[tuple[str, int | str]] = (
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.enable_http_proxy", 0),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),  # also where nothing has been sent for long
    ("grpc.service_config", json.dumps({"methodConfig": _METHODS})),
)


class Client:
    """The services of the API, each call with the token and a deadline. Close it, or use it in `with`.

    `address` is host:port. `authority` names the PEM file of the authority that signed the server's
    certificate; without it the connection is plain text, for this machine only. Unary calls end after
    `timeout_s` unless they say otherwise, and are made up to four times where the server is away a moment:
    all but RotateToken, which costs the secret if its answer is lost, and what is done to alarms, announced
    or written into the duty journal, which would be done twice.
    """

    def __init__(
        self,
        address: str,
        token: str,
        authority: str | os.PathLike[str] | None = None,
        timeout_s: float = CALL_TIMEOUT_S,
    ) -> None:
        if authority is None:
            plain = grpc.insecure_channel(address, options=_OPTIONS)
        else:
            credentials = grpc.ssl_channel_credentials(Path(authority).read_bytes())
            plain = grpc.secure_channel(address, credentials, options=_OPTIONS)
        self._plain = plain
        self.channel: grpc.Channel = grpc.intercept_channel(plain, _Manners(token, timeout_s))
        self.alarms = AlarmsServiceStub(self.channel)
        self.rules = RulesServiceStub(self.channel)
        self.duty = DutyServiceStub(self.channel)
        self.maintenance = MaintenanceServiceStub(self.channel)
        self.areas = AreasServiceStub(self.channel)
        self.boards = BoardsServiceStub(self.channel)
        self.commands = CommandServiceStub(self.channel)
        self.indicators = IndicatorsServiceStub(self.channel)
        self.figures = FiguresServiceStub(self.channel)
        self.map = MapServiceStub(self.channel)
        self.organisations = OrganisationsServiceStub(self.channel)
        self.records = RecordsServiceStub(self.channel)
        self.registry = RegistryServiceStub(self.channel)
        self.series = SeriesServiceStub(self.channel)
        self.sources = SourcesServiceStub(self.channel)
        self.storage = StorageServiceStub(self.channel)
        self.telemetry = TelemetryServiceStub(self.channel)
        self.tokens = TokenServiceStub(self.channel)
        self.walls = WallsServiceStub(self.channel)

    @classmethod
    def from_environment(cls) -> "Client":
        """The client that HAIDANG_API_ADDRESS, HAIDANG_TOKEN and HAIDANG_API_AUTHORITY (if any) describe.

        Raises:
            KeyError: one of the first two is missing.
        """
        authority = os.environ.get("HAIDANG_API_AUTHORITY") or None
        return cls(os.environ["HAIDANG_API_ADDRESS"], os.environ["HAIDANG_TOKEN"], authority)

    def watch_readings(
        self, devices: Sequence[str] = (), resume_token: str = ""
    ) -> Iterator[telemetry_pb2.WatchReadingsResponse]:
        """Readings as they are stored, without end and without gaps; no devices: all."""
        return follow(
            lambda token: self.telemetry.WatchReadings(
                telemetry_pb2.WatchReadingsRequest(devices=devices, resume_token=token)
            ),
            resume_token,
        )

    def watch_values(
        self, indicators: Sequence[str] = (), resume_token: str = ""
    ) -> Iterator[indicators_pb2.WatchValuesResponse]:
        """Indicator values as they are published, without end and without gaps; no indicators: all."""
        return follow(
            lambda token: self.indicators.WatchValues(
                indicators_pb2.WatchValuesRequest(indicators=indicators, resume_token=token)
            ),
            resume_token,
        )

    def watch_alarms(
        self, rules: Sequence[str] = (), resume_token: str = ""
    ) -> Iterator[alarms_pb2.WatchAlarmsResponse]:
        """Changes of alarms as they happen, without end and without gaps; no rules: all."""
        return follow(
            lambda token: self.alarms.WatchAlarms(
                alarms_pb2.WatchAlarmsRequest(rules=rules, resume_token=token)
            ),
            resume_token,
        )

    def close(self) -> None:
        """Ends the connection and every stream on it."""
        self._plain.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Details(NamedTuple):
    """What grpc asks of a call's details."""

    method: str
    timeout: float | None
    metadata: Sequence[tuple[str, str | bytes]]
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None


class _Manners(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Adds the token to each call, and a deadline to those that answer once."""

    def __init__(self, token: str, timeout_s: float) -> None:
        self._authorization = ("authorization", f"Bearer {token}")
        self._timeout_s = timeout_s

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        timeout = self._timeout_s if details.timeout is None else details.timeout
        return continuation(self._with(details, timeout), request)

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return continuation(self._with(details, details.timeout), request)

    def intercept_stream_unary(self, continuation: Callable[..., Any], details: Any, requests: Any) -> Any:
        return continuation(self._with(details, details.timeout), requests)

    def intercept_stream_stream(self, continuation: Callable[..., Any], details: Any, requests: Any) -> Any:
        return continuation(self._with(details, details.timeout), requests)

    def _with(self, details: Any, timeout: float | None) -> _Details:
        metadata = [*(details.metadata or ()), self._authorization]
        return _Details(
            details.method,
            timeout,
            metadata,
            details.credentials,
            details.wait_for_ready,
            details.compression,
        )
