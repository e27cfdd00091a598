"""The collector process: pulls the sources of the records, and tells what was promised and has not come."""

import time

import structlog

from services.contexts import named
from services.records.collecting import AT_A_TIME, Collector
from services.records.rpc_known import Known
from services.records.settings import RecordsSettings
from services.records.sources import load_sources
from services.records.telling import Teller
from services.runtime.db import open_pool, probe
from services.runtime.health import Health
from services.runtime.logs import configure
from services.runtime.outcome import Unavailable
from services.runtime.process import stop_event
from services.runtime.settings import RuntimeSettings

log = structlog.get_logger(__name__)

TICK_S = 0.25
TELL_EVERY_S = 15.0
LONGEST_SILENCE_S = 60.0


def run() -> None:
    """Collects until told to stop."""
    runtime, settings = RuntimeSettings(), RecordsSettings()
    configure("collector", runtime)
    known = Known(settings)
    declared = load_sources(settings.sources, known)
    pool = open_pool(named("records").dsn, "collector", size=AT_A_TIME + 2)
    collector = Collector(pool, known, declared, settings.secrets)
    teller = Teller(pool, known, collector.names)
    health = Health(runtime.health_host, runtime.health_port)
    health.check("database", lambda: probe(pool))
    beat = health.heartbeat("collector", LONGEST_SILENCE_S)
    stopping = stop_event()
    health.start()
    log.info("collector.started", sources=len(collector.names), datasets=len(known.declared))
    told_at = float("-inf")
    while not stopping.is_set():
        try:
            collector.turn()
            if time.monotonic() - told_at >= TELL_EVERY_S:
                teller.turn()
                told_at = time.monotonic()
        except Unavailable as error:
            log.warning("collector.put_off", error=str(error))
        beat()
        stopping.wait(TICK_S)
    collector.stop()
    health.stop()
    pool.close()
