"""A grpc.aio server: credentials, limits, health by service, reflection and an orderly end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import grpc
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio

from services.runtime.rpc_reflection import add_reflection
from services.runtime.rpc_settings import RpcSettings

log = structlog.get_logger(__name__)

PROBE_EVERY_S = 2.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class RpcService:
    """One service of a context."""

    name: str  # full name, for example "ioc.telemetry.v1.TelemetryService"
    add_to: Callable[[grpc.aio.Server], None]
    probe: Callable[[], str | None]  # None when it works, else the reason; may block
    close: Callable[[], Awaitable[None]] | None = None  # ends its streams


class RpcHost:
    """Serves services until stopped."""

    def __init__(
        self,
        settings: RpcSettings,
        services: Sequence[RpcService],
        interceptors: Sequence[grpc.aio.ServerInterceptor],
    ) -> None:
        self._settings = settings
        self._services = services
        self._health = health_aio.HealthServicer()
        self._server = grpc.aio.server(interceptors=interceptors, options=_options(settings))
        self._probing: asyncio.Task[None] | None = None
        self._serving = False
        self._problems: dict[str, str] = {}  # of services, as last probed
        self.port = 0
        for service in services:
            service.add_to(self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        health = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
        add_reflection(self._server, [*(service.name for service in services), health])

    async def start(self) -> None:
        """Listens.

        Raises:
            RuntimeError: the port is taken.
        """
        host, port, tls_port = self._settings.host, self._settings.port, self._settings.tls_port
        credentials = _credentials(self._settings)
        if credentials is not None:
            self.port = self._server.add_secure_port(f"{host}:{tls_port or port}", credentials)
        if credentials is None or tls_port:
            self.port = self._server.add_insecure_port(f"{host}:{port}")
            if host not in LOOPBACK:
                log.warning("rpc.plaintext", host=host, advice="tokens travel readable; set TLS")
        await self._probe_services()
        await self._server.start()
        self._serving = True
        self._probing = asyncio.create_task(self._keep_probing(), name="rpc-health")
        log.info("rpc.serving", host=host, port=self.port, tls=credentials is not None)

    def readiness(self) -> str | None:
        """None while calls are taken and every service works, else why not; answers at once."""
        if not self._serving:
            return "not serving calls"
        return "; ".join(f"{name}: {problem}" for name, problem in self._problems.items()) or None

    async def stop(self) -> None:
        """Takes no new calls, ends streams, waits for calls under way, then cancels them."""
        if self._probing is not None:
            self._probing.cancel()
        self._serving = False
        await self._health.enter_graceful_shutdown()
        stopping = asyncio.ensure_future(self._server.stop(self._settings.grace_s))
        for service in self._services:
            if service.close is not None:
                await service.close()
        await stopping
        log.info("rpc.stopped")

    async def _keep_probing(self) -> None:
        while True:
            await asyncio.sleep(PROBE_EVERY_S)
            await self._probe_services()

    async def _probe_services(self) -> None:
        problems = await asyncio.gather(*(asyncio.to_thread(service.probe) for service in self._services))
        by_name = {service.name: problem for service, problem in zip(self._services, problems, strict=True)}
        self._problems = {name: problem for name, problem in by_name.items() if problem is not None}
        for name in by_name:
            await self._health.set(name, _serving(name not in self._problems))
        await self._health.set("", _serving(not self._problems))


def _serving(well: bool) -> int:
    status = health_pb2.HealthCheckResponse
    return int(status.SERVING if well else status.NOT_SERVING)


def _options(settings: RpcSettings) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.max_metadata_size", 16 * 1024),
        ("grpc.so_reuseport", 0),  # a second server on the port must fail, not share its calls
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        # Clients may ping every 10 s, also without calls, before they are told off.
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ("grpc.http2.max_ping_strikes", 3),
    ]


def _credentials(settings: RpcSettings) -> grpc.ServerCredentials | None:
    certificate, key = settings.credentials_certificate, settings.credentials_key
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise ValueError("TLS needs both HAIDANG_API_CREDENTIALS_CERTIFICATE and …_KEY")
    return grpc.ssl_server_credentials([(key.read_bytes(), certificate.read_bytes())])
