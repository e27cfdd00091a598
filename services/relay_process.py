"""The relay process: one thread a context that publishes, and one for the upkeep of telemetry's tables."""

import threading
from collections.abc import Sequence

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.contexts import named, publishing
from services.runtime.bus import FactPublisher
from services.runtime.health import Health
from services.runtime.logs import configure
from services.runtime.process import stop_event
from services.runtime.relay import Relay
from services.runtime.settings import BusSettings, RuntimeSettings
from services.telemetry.settings import QuantitySettings, UpkeepSettings, load_quantities
from services.telemetry.upkeep import Upkeep

LONGEST_STEP_S = 900.0  # of upkeep: to compress a week of many readings takes minutes


class RelaySettings(BaseSettings):
    """The relay's own settings."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_RELAY_", frozen=True)

    kept_s: float = Field(
        default=86_400,
        gt=0,
        description="Seconds for which published facts stay in the log.",
    )


def run(contexts: Sequence[str]) -> None:
    """Relays the given contexts, or all that publish, until told to stop."""
    runtime, bus, settings = RuntimeSettings(), BusSettings(), RelaySettings()
    configure("relay", runtime)
    health = Health(runtime.health_host, runtime.health_port)
    stopping = stop_event()
    threads = []
    for name in contexts or publishing():
        relay = Relay(name, named(name).dsn, FactPublisher(bus.amqp_url), settings.kept_s)
        health.check(name, relay.readiness)
        beat = health.heartbeat(name, max_age_s=30)
        threads.append(threading.Thread(target=relay.run, args=(stopping, beat), name=f"relay-{name}"))
        if name == "telemetry":
            upkeep = Upkeep(named(name).dsn, UpkeepSettings(), load_quantities(QuantitySettings()))
            beat = health.heartbeat("upkeep", max_age_s=LONGEST_STEP_S)
            threads.append(threading.Thread(target=upkeep.run, args=(stopping, beat), name="upkeep"))
    health.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    health.stop()
