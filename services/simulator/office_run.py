"""Owns the process of the simulated office: it hands in its past, then what happens, until told to stop."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from services.runtime.health import Health
from services.runtime.logs import configure
from services.runtime.process import stop_event
from services.runtime.settings import RuntimeSettings
from services.simulator.centre import HAND_IN_TIMEOUT_S, Centre, CentreError
from services.simulator.chosen import chosen_province
from services.simulator.handing_in import HandingIn
from services.simulator.office.agencies import make_office
from services.simulator.office.book import Book
from services.simulator.settings import CentreSettings, OfficeSettings, ProvinceSettings

log = structlog.get_logger(__name__)

LOOP_MAX_AGE_S = HAND_IN_TIMEOUT_S + 60


def run_office() -> None:
    """Hands in for all agencies of the settings' province.

    Raises:
        NoSuchProvince, CentreError: a real province is not known, or the API that knows it is away.
    """
    runtime, centre, settings = RuntimeSettings(), CentreSettings(), OfficeSettings()
    configure("office", runtime)
    chosen = ProvinceSettings()
    with Centre(centre.api_address, centre.token) as head:
        province = chosen_province(chosen, datetime.now(UTC), head)
    book = Book(make_office(province, chosen.seed, settings.volume))
    problem: str | None = None
    health = Health(runtime.health_host, runtime.health_port)
    health.check("centre", lambda: problem)
    beat = health.heartbeat("loop", LOOP_MAX_AGE_S)
    stopping = stop_event()
    health.start()
    with (
        Centre(centre.api_address, settings.token) as clerk,
        Centre(centre.api_address, centre.token) as head,
    ):
        handing_in = HandingIn(book, clerk, head)
        while not stopping.is_set():
            try:
                for lines in handing_in.turn(datetime.now(UTC)):
                    beat()
                    if stopping.wait(lines / settings.lines_per_s):
                        break
                problem = None
            except CentreError as error:
                problem = str(error)
                log.warning("simulator.centre_away", error=problem)
            beat()
            stopping.wait(settings.every_s)
    health.stop()
    log.info("simulator.stopped")
