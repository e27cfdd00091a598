"""Provisioning writes what is new or differs, and never moves a device's first day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.simulator.domain import Device
from services.simulator.province import build_province
from services.simulator.provision import changed_devices, put_changed
from services.simulator.settings import SEED

DAY = datetime(2026, 11, 22, tzinfo=UTC)


class Centre:
    """Remembers what it is given."""

    def __init__(self) -> None:
        self.known: dict[str, Device] = {}

    def devices(self) -> dict[str, Device]:
        return dict(self.known)

    def put_devices(self, devices: list[Device]) -> int:
        self.known.update((device.device, device) for device in devices)
        return len(devices)


def test_a_second_start_writes_no_device_and_moves_no_first_day() -> None:
    centre = Centre()

    first = put_changed(build_province(SEED, DAY).devices, centre)
    second = put_changed(build_province(SEED, DAY + timedelta(days=3)).devices, centre)

    assert (first, second) == (73, 0)
    assert {device.commissioned_at for device in centre.known.values()} == {DAY}


def test_only_what_changed_is_written() -> None:
    province = build_province(SEED, DAY)
    known = {device.device: device for device in province.devices}
    known["air-002"] = replace(known["air-002"], name_vi="Tên cũ")
    del known["noise-001"]

    changed = changed_devices(province.devices, known)

    assert [device.device for device in changed] == ["air-002", "noise-001"]


def test_a_longer_memory_moves_the_first_day_back() -> None:
    province = build_province(SEED, DAY - timedelta(days=2))
    known = {device.device: replace(device, commissioned_at=DAY) for device in province.devices}

    changed = changed_devices(province.devices, known)

    assert {device.commissioned_at for device in changed} == {DAY - timedelta(days=2)}
