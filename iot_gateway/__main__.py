"""Builds the gateway's parts, runs the loop, stops cleanly: `python -m iot_gateway`."""

from __future__ import annotations

import sys

import structlog

from iot_gateway.loop import Loop
from iot_gateway.metrics import Metrics
from iot_gateway.settings import GatewaySettings
from iot_gateway.watchdog import Watchdog
from services.runtime import db, logs
from services.runtime.health import Health
from services.runtime.process import spare_the_collector, stop_event

log = structlog.get_logger(__name__)

EXIT_BROKEN = 1


def main() -> int:
    """Run until asked to stop; anything else than 0 asks the supervisor for a restart."""
    settings = GatewaySettings()
    logs.configure(settings.gateway_name, settings)
    stopping = stop_event()
    health = Health(settings.health_host, settings.health_port)
    watchdog = Watchdog(settings.stall_s)
    live = health.heartbeat("loop", settings.stall_s)

    def beat() -> None:
        watchdog.beat()
        live()

    loop = Loop(settings, Metrics(), stopping, beat)
    pool = db.open_pool(settings.telemetry_dsn, f"haidang-{settings.gateway_name}-health", size=1)
    add_checks(health, loop, pool)
    health.start()
    watchdog.start()
    # A batch is thousands of tuples: looking for cycles in them at every 700th costs a third of the CPU.
    spare_the_collector(200_000, 20, 100)
    log.info("gateway.started", shards=settings.shards)
    try:
        loop.run()
    except Exception:
        log.exception("gateway.broken")
        return EXIT_BROKEN
    finally:
        health.stop()
        pool.close()
    log.info("gateway.stopped")
    return 0


def add_checks(health: Health, loop: Loop, pool: db.Pool) -> None:
    """Ready means: each shard subscribed, and the database takes writes."""
    for session in loop.sessions:
        health.check(f"mqtt:{session.shard}", lambda session=session: session.problem)  # type: ignore[misc]
    health.check("database", lambda: loop.committer.problem or _writable(pool))


def _writable(pool: db.Pool) -> str | None:
    try:
        with pool.connection(timeout=1.0) as conn:
            row = conn.execute(
                "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean"
            )
            return "the database is read-only" if row.fetchone() == (True,) else None
    except Exception as error:
        return str(error) or type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
