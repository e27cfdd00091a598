"""The desk process: the API's channel, the door, health."""

import asyncio
import signal

import grpc
import structlog

from services.display.desk.calls import methods, open_channel
from services.display.desk.server import START, Desk, farewell
from services.display.desk.settings import DeskSettings
from services.display.hub import now_ms
from services.runtime.health import Health
from services.runtime.logs import configure
from services.runtime.settings import RuntimeSettings

log = structlog.get_logger(__name__)


def run() -> None:
    """Serves operators' pages until told to stop."""
    runtime, settings = RuntimeSettings(), DeskSettings()
    configure("desk", runtime)
    asyncio.run(_run(runtime, settings))


async def _run(runtime: RuntimeSettings, settings: DeskSettings) -> None:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    async with open_channel(settings.api, settings.authority) as channel:
        desk = Desk(settings, channel, methods(), now_ms)
        health = Health(runtime.health_host, runtime.health_port)
        api = _Api(channel)
        health.check("api", lambda: api.problem)
        health.check("page", lambda: None if START in desk.assets else "the page is not built")
        health.start()
        watching = asyncio.create_task(api.watch())
        server = await desk.open()
        log.info("desk.serving", address=server.sockets[0].getsockname(), api=settings.api)
        await stopping.wait()
        watching.cancel()
        await farewell(server)
        health.stop()


class _Api:
    """Whether the API is there, as its channel sees it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel
        self.problem: str | None = "not connected"

    async def watch(self) -> None:
        while True:
            state = self._channel.get_state(try_to_connect=True)
            self.problem = None if state is grpc.ChannelConnectivity.READY else "not connected"
            await self._channel.wait_for_state_change(state)
