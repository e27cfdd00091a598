"""The worker process: the nameko services of the given contexts, on eventlet."""

import importlib
from collections.abc import Sequence

from services.runtime.health import Health
from services.runtime.logs import configure
from services.runtime.settings import BusSettings, RuntimeSettings
from services.runtime.worker_host import consumer_problem, make_runner, run_until_signal

WITH_WORKER = ("indicators", "alarms")


def run(contexts: Sequence[str]) -> None:
    """Works for the given contexts, or all that have a worker, until told to stop."""
    runtime, bus = RuntimeSettings(), BusSettings()
    configure("worker", runtime)
    health = Health(runtime.health_host, runtime.health_port)
    modules = [importlib.import_module(f"services.{name}.worker") for name in contexts or WITH_WORKER]
    runner = make_runner(bus.amqp_url, [service for module in modules for service in module.SERVICES])
    for module in modules:
        module.watch(health)
    health.check("bus", lambda: consumer_problem(runner))
    health.start()
    run_until_signal(runner)
    health.stop()
