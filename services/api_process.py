"""The API process: the gRPC services of all contexts, or of some, behind one access check."""

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from services.api_reach import keep_within, reach_by_method, stranger
from services.api_reasons import advice_of
from services.api_scopes import scopes_by_method
from services.areas.domain import with_all_below
from services.areas.store import parents
from services.contexts import named
from services.registry.store import devices_in
from services.registry.store_tokens import token_by_hash
from services.runtime.access import Token, TokenCache
from services.runtime.db import open_pool
from services.runtime.health import Health
from services.runtime.logs import configure
from services.runtime.mailbox import Limits
from services.runtime.process import spare_the_collector
from services.runtime.quota import Quota
from services.runtime.rpc_answers import AnswerInterceptor, Times
from services.runtime.rpc_database import Database
from services.runtime.rpc_host import RpcHost, RpcService
from services.runtime.rpc_interceptors import AccessInterceptor
from services.runtime.rpc_reach import ReachInterceptor, Rules
from services.runtime.rpc_settings import RpcSettings
from services.runtime.settings import RuntimeSettings
from services.runtime.within import Within, WithinCache

log = structlog.get_logger(__name__)

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")  # whose day decides which map holds
BEAT_S = 2.0
LONGEST_SILENCE_S = 30.0

Open = Callable[[str], Database]


def _areas(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.areas.api import service

    return service(open_database("areas"))


def _map(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.areas.map_api import service

    return service(open_database("areas"))


def _organisations(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.areas.organisations_api import service

    return service(open_database("areas"))


def _registry(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.registry.api import service

    return service(open_database("registry"))


def _tokens(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.registry.tokens_api import service

    return service(open_database("registry"), _quota(settings).limits)


def _telemetry(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.telemetry.api import service

    return service(open_database("telemetry"), _limits(settings))


def _commands(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.telemetry.commands_api import service

    return service(open_database("telemetry"), _limits(settings))


def _storage(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.telemetry.storage_api import service

    return service(open_database("telemetry"))


def _series(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.telemetry.series_api import service

    return service(open_database("telemetry"))


def _indicators(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.indicators.api import service

    return service(open_database("indicators"), _limits(settings))


def _figures(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.indicators.figures_api import service

    return service(open_database("indicators"), _limits(settings))


def _records(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.records.api import service

    return service(open_database("records"), _limits(settings))


def _sources(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.records.sources_api import service

    return service(open_database("records"))


def _alarms(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.alarms.api import service

    return service(open_database("alarms"), _limits(settings))


def _duty(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.alarms.duty_api import service

    return service(open_database("alarms"))


def _rules(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.alarms.rules_api import service

    return service(open_database("alarms"))


def _maintenance(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.alarms.maintenance_api import service

    return service(open_database("alarms"))


def _walls(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.display.api import service

    return service(open_database("display"))


def _boards(open_database: Open, settings: RpcSettings) -> RpcService:
    from services.display.boards_api import service

    return service(open_database("display"))


SERVICES: dict[str, tuple[Callable[[Open, RpcSettings], RpcService], ...]] = {
    "areas": (_areas, _map, _organisations),
    "registry": (_registry, _tokens),
    "telemetry": (_telemetry, _commands, _storage, _series),
    "records": (_records, _sources),
    "indicators": (_indicators, _figures),
    "alarms": (_alarms, _duty, _rules, _maintenance),
    "display": (_walls, _boards),
}


def run(contexts: Sequence[str]) -> None:
    """Serves the given contexts, or all, until told to stop."""
    runtime, settings = RuntimeSettings(), RpcSettings()
    configure("api", runtime)
    health = Health(runtime.health_host, runtime.health_port)
    with ExitStack() as closing:
        open_database = _opener(settings, closing)
        asyncio.run(_serve(contexts or tuple(SERVICES), open_database, settings, health))


def build(contexts: Sequence[str], open_database: Open, settings: RpcSettings) -> RpcHost:
    """The server of these contexts, not yet started; to be called inside the loop that will run it.

    Tokens always come from the registry, and what belongs to an area from registry and areas.

    Raises:
        LookupError: no such context.
    """
    services = [make(open_database, settings) for name in contexts for make in SERVICES[named(name).name]]
    names = [service.name for service in services]
    scopes, reach = scopes_by_method(names), reach_by_method(names)
    registry, areas = open_database("registry"), open_database("areas")

    async def find(secret_hash: bytes) -> Token | None:
        return await registry.run(token_by_hash, secret_hash)

    async def within(codes: frozenset[str]) -> Within:
        all_codes = with_all_below(codes, await areas.run(parents, datetime.now(LOCAL).date()))
        return Within(frozenset(await registry.run(devices_in, sorted(all_codes))), all_codes)

    return RpcHost(
        settings,
        services,
        [
            AnswerInterceptor(
                scopes.__contains__,
                advice_of,
                settings.send_timeout_s,
                Times(settings.default_deadline_s, settings.longest_deadline_s),
            ),
            AccessInterceptor(TokenCache(find, time.monotonic), scopes.get, _quota(settings)),
            ReachInterceptor(WithinCache(within, time.monotonic), Rules(reach.get, stranger, keep_within)),
        ],
    )


def _opener(settings: RpcSettings, closing: ExitStack) -> Open:
    databases: dict[str, Database] = {}

    def open_database(context: str) -> Database:
        if context not in databases:
            pool = open_pool(named(context).dsn, f"api-{context}", settings.pool_size)
            databases[context] = Database(pool)
            closing.callback(databases[context].close)
        return databases[context]

    return open_database


async def _serve(contexts: Sequence[str], open_database: Open, settings: RpcSettings, health: Health) -> None:
    host = build(contexts, open_database, settings)
    health.check("grpc", host.readiness)
    health.start()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    beat = health.heartbeat("loop", LONGEST_SILENCE_S)
    try:
        await host.start()
        spare_the_collector(50_000)
        while not stopping.is_set():
            beat()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), BEAT_S)
        await host.stop()
    finally:
        health.stop()


def _quota(settings: RpcSettings) -> Quota:
    return Quota(settings.requests_per_s, settings.streams, time.monotonic)


def _limits(settings: RpcSettings) -> Limits:
    return Limits(settings.max_watchers, settings.mailbox_facts, settings.mailbox_bytes)
