"""The hub process: puts its parts together and runs them on one event loop."""

import asyncio
import signal
import time
from collections.abc import Callable

import structlog

from services.contexts import named
from services.display.board_folder import BoardFolder
from services.display.content import FACTS, Content
from services.display.managed import Managed
from services.display.server import Door, farewell
from services.display.settings import HubSettings
from services.display.tasks import DATABASE_THREADS, Tasks
from services.runtime.bus import FactConsumer
from services.runtime.db import open_pool
from services.runtime.health import Health
from services.runtime.logs import configure
from services.runtime.settings import BusSettings, RuntimeSettings

log = structlog.get_logger(__name__)

LOOP_SILENCE_S = 30.0


def run() -> None:
    """Serves walls until told to stop."""
    runtime, bus, settings = RuntimeSettings(), BusSettings(), HubSettings()
    configure("hub", runtime)
    asyncio.run(_run(runtime, bus, settings))


async def _run(runtime: RuntimeSettings, bus: BusSettings, settings: HubSettings) -> None:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    pool = open_pool(named("display").dsn, "hub", DATABASE_THREADS)
    folder = BoardFolder(settings.boards)
    content = Content(folder.first(), settings.province, now_ms)
    managed = Managed(lambda: list(content.boards), settings.ticket_s, now_ms, settings.simulated)
    tasks = Tasks(settings, pool, content, managed, now_ms)
    door = tasks.door = Door(settings, content.boards, managed, tasks.run, now_ms)
    tasks.consumer = FactConsumer(
        bus.amqp_url,
        FACTS,
        on_fact=lambda envelope: _on_loop(loop, lambda: tasks.take_fact(envelope)),
        on_connected=lambda: _on_loop(loop, tasks.want_refresh),
    )
    health = _health(runtime, tasks, door)
    server = await door.open()
    log.info("hub.serving", address=server.sockets[0].getsockname(), boards=list(content.boards))
    tasks.consumer.start()
    running = asyncio.gather(
        tasks.refreshing(),
        tasks.watching_heads(),
        tasks.watching_walls(),
        tasks.writing_reports(),
        tasks.drawing_lines(),
        tasks.looking_up(),
        tasks.listing(),
        tasks.watching_boards(folder),
        tasks.beating(),
        door.dropping_frozen(server),
        tasks.watching_peers(health.heartbeat("peers", LOOP_SILENCE_S)),
    )
    running.add_done_callback(
        lambda _: stopping.set()
    )  # a task that ends is a fault: end, to be started anew
    await stopping.wait()
    running.cancel()
    await farewell(server)
    await asyncio.to_thread(tasks.consumer.stop)
    tasks.close()
    await asyncio.to_thread(pool.close)
    health.stop()


def _health(runtime: RuntimeSettings, tasks: Tasks, door: Door) -> Health:
    health = Health(runtime.health_host, runtime.health_port)
    consumer = tasks.consumer
    assert consumer is not None
    health.check("database", lambda: tasks.database_problem)
    health.check("bus", lambda: None if consumer.connected else "not connected")
    health.check("page", lambda: None if "/" in door.assets else "the page is not built")
    health.start()
    return health


def _on_loop(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """From the bus's thread to the loop; at the very end the loop may be gone first."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)


def now_ms() -> int:
    return time.time_ns() // 1_000_000
