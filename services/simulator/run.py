"""Owns the process of the simulated province: devices that publish over MQTT until told to stop."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import structlog

from services.runtime.health import Health
from services.runtime.logs import configure
from services.runtime.process import stop_event
from services.runtime.settings import RuntimeSettings
from services.simulator.centre import Centre
from services.simulator.chosen import chosen_province
from services.simulator.credentials import CredentialsError, read_credentials
from services.simulator.devices import DEMO_DEVICE
from services.simulator.domain import Device, Province
from services.simulator.fleet import Fleet
from services.simulator.link import Link
from services.simulator.schedule import Plan, packs
from services.simulator.settings import BrokerSettings, CentreSettings, ProvinceSettings

log = structlog.get_logger(__name__)

LOOP_MAX_AGE_S = 20.0
CLOSE_TIMEOUT_S = 3.0


def run(history_hours: float | None = None) -> None:
    """Plays all devices; `history_hours` overrules the setting.

    Raises:
        CredentialsError: no credential for a device.
        NoSuchProvince, CentreError: a real province is not known, or the API that knows it is away.
    """
    runtime, broker, settings = RuntimeSettings(), BrokerSettings(), ProvinceSettings()
    configure("simulator", runtime)
    hours = settings.history_hours if history_hours is None else history_hours
    centre_settings = CentreSettings()
    with Centre(centre_settings.api_address, centre_settings.token) as centre:
        province = chosen_province(settings, datetime.now(UTC), centre)
    links = make_links(province, settings, _credentials(broker), hours)
    fleet = Fleet(links, broker.mqtt_host, broker.mqtt_port, settings.backlog_rate)
    health = Health(runtime.health_host, runtime.health_port)
    health.check("mqtt", fleet.problem)
    beat = health.heartbeat("loop", LOOP_MAX_AGE_S)
    stopping = stop_event()
    health.start()
    log.info("simulator.started", devices=len(links), history_hours=hours)
    while not stopping.is_set():
        fleet.turn()
        beat()
    fleet.close(CLOSE_TIMEOUT_S)
    health.stop()
    log.info("simulator.stopped")


def make_links(
    province: Province, settings: ProvinceSettings, credentials: Mapping[str, str], hours: float
) -> list[Link]:
    """One link a simulated device, with `hours` of history in its memory.

    Raises:
        CredentialsError: a device has no password.
    """
    now_s = time.time()
    links = []
    for device in province.devices:
        if device.device != DEMO_DEVICE:
            links.append(_make_link(device, settings, credentials))
    for link in links:
        remembered = list(link.plan.history(now_s - hours * 3_600, now_s, settings.history_step_s))
        link.history.extend(packs(remembered))
    return links


def _make_link(device: Device, settings: ProvinceSettings, credentials: Mapping[str, str]) -> Link:
    password = credentials.get(device.device)
    if password is None:
        raise CredentialsError(f"no credential for {device.device}: each device signs in as itself")
    return Link(Plan(settings.seed, device, settings.troubles), password, settings.buffer_readings)


def _credentials(broker: BrokerSettings) -> dict[str, str]:
    if broker.simulator_credentials is None:
        raise CredentialsError("set HAIDANG_SIMULATOR_CREDENTIALS to the file with the devices' passwords")
    return read_credentials(broker.simulator_credentials)
