"""The ports of the local stack: defaults, which are taken and by whom."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import psutil

LOOPBACK = "127.0.0.1"
_LARGEST_OFFSET = 10_000


@dataclass(frozen=True, slots=True)
class Ports:
    """Every port that the local stack listens on, all of them on loopback."""

    mqtt: int = 21883
    mqtt_tls: int = 28883
    postgres: int = 25432
    amqp: int = 25671
    amqp_dist: int = 25670
    epmd: int = 24369
    grpc: int = 50551
    grpc_tls: int = 50552
    wall: int = 8480
    desk: int = 8490
    gateway_health: int = 9481
    worker_health: int = 9482
    relay_health: int = 9483
    api_health: int = 9484
    hub_health: int = 9485
    simulator_health: int = 9486
    doorkeeper_health: int = 9487
    collector_health: int = 9488
    desk_health: int = 9489
    office_health: int = 9490

    def as_dict(self) -> dict[str, int]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


class BadPort(ValueError):
    """A port setting that is no port number."""


def setting_name(field: str) -> str:
    """The make variable that changes a port: mqtt → MQTT_PORT."""
    return f"{field.upper()}_PORT"


def from_settings(settings: Mapping[str, str]) -> Ports:
    """Defaults, all moved by PORT_OFFSET, or changed one by one by MQTT_PORT, WALL_PORT and so on."""
    offset = settings.get("PORT_OFFSET", "") or "0"
    if not offset.isdecimal() or int(offset) > _LARGEST_OFFSET:
        raise BadPort(f"PORT_OFFSET={offset} is not a number from 0 to {_LARGEST_OFFSET}")
    changes = {name: port + int(offset) for name, port in Ports().as_dict().items()}
    for field in fields(Ports):
        text = settings.get(setting_name(field.name), "")
        if not text:
            continue
        if not text.isdecimal() or not 1 <= int(text) <= 65535:
            raise BadPort(f"{setting_name(field.name)}={text} is not a port number (1 to 65535)")
        changes[field.name] = int(text)
    chosen = replace(Ports(), **changes)
    seen: dict[int, str] = {}
    for name, port in chosen.as_dict().items():
        if port in seen:
            raise BadPort(f"{setting_name(name)} and {setting_name(seen[port])} are both {port}")
        seen[port] = name
    return chosen


def is_taken(port: int) -> bool:
    """True if we could not listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def answers(port: int, timeout_s: float = 1.0) -> bool:
    """True if something accepts connections on this loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout_s):
            return True
    except OSError:
        return False


def holder(port: int) -> str:
    """Who listens on a port, in words; empty if that cannot be seen (another user's process)."""
    try:
        connections = psutil.net_connections(kind="inet")
    except psutil.Error:
        return ""
    for connection in connections:
        address: tuple[object, ...] = tuple(connection.laddr)  # (host, port); empty for a nameless socket
        if connection.status == psutil.CONN_LISTEN and port in address[1:] and connection.pid:
            try:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
            except psutil.Error:
                return f"process {connection.pid}"
    return ""
