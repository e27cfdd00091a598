"""The doorkeeper process: credentials to the broker, refusals to the operators."""

from services.registry.doorkeeper import Doorkeeper
from services.registry.doorkeeper_settings import DoorkeeperSettings
from services.registry.settings import RegistrySettings
from services.runtime.db import open_pool
from services.runtime.health import Health
from services.runtime.logs import configure
from services.runtime.process import stop_event
from services.runtime.settings import RuntimeSettings


def run() -> None:
    """Keeps the door until told to stop."""
    runtime, settings = RuntimeSettings(), DoorkeeperSettings()
    configure("doorkeeper", runtime)
    pool = open_pool(RegistrySettings().dsn, "doorkeeper", size=2)
    door = Doorkeeper(settings, pool)
    health = Health(runtime.health_host, runtime.health_port)
    health.check("credentials", lambda: door.trouble)
    health.check("broker", door.broker_trouble)
    health.check("floods", lambda: door.flood_trouble)
    beat = health.heartbeat("doorkeeper", max_age_s=60)
    stopping = stop_event()
    health.start()
    while not stopping.is_set():
        behind = door.turn()
        beat()
        stopping.wait(0.01 if behind else settings.look_s)
    door.stop()
    health.stop()
    pool.close()
