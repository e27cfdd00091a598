"""Which topic speaks which format about which device, and what its fields are called here. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from iot_gateway.codecs.codec import Format
from iot_gateway.samples import Refused

_DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")  # as the registry allows it

# What stands for a part of a topic. No dot in a network's name: the first dot of "{network}.{named}" ends it.
LEVELS: Mapping[str, str] = {
    "{shard}": r"(?P<shard>[a-z0-9][a-z0-9-]{0,30})",
    "{device}": r"(?P<device>[A-Za-z0-9][A-Za-z0-9._-]{0,62})",
    "{network}": r"(?P<network>[A-Za-z0-9][A-Za-z0-9_-]{0,30})",
    "+": r"[^/]*",
    "#": r".*",
}


@dataclass(frozen=True, slots=True)
class Field:
    """Where a field goes. `unit`: what the source sends, empty where the payload says or nothing is known."""

    channel: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of the configuration. `naming`: the registry's name, made of {device}, {network}, {named}."""

    name: str
    topic: str
    format_name: str
    format: Format
    naming: str
    network: str = ""  # where the topic spells it out
    fields: Mapping[str, Field] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    ignored_beginnings: tuple[str, ...] = ()
    devices: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """True if this is our own JSON with its fields taken as they are."""
        return self.format_name == "json" and not (self.fields or self.ignored or self.ignored_beginnings)

    def ignores(self, name: str) -> bool:
        """True for a field that is no reading."""
        return name in self.ignored or (
            bool(self.ignored_beginnings) and name.startswith(self.ignored_beginnings)
        )


class Found(NamedTuple):
    """The route of a topic, and what the topic says."""

    route: Route
    shard: str
    network: str
    device: str  # empty where the payload has to say it

    @property
    def device_in_topic(self) -> bool:
        return bool(self.device)

    def device_called(self, named: str) -> str | Refused:
        """The registry's name of what the topic, or else the payload, calls so."""
        spelled = self.device or named
        if not spelled:
            return Refused("no_device", detail="neither the topic nor the payload names a device")
        if spelled in self.route.devices:
            return self.route.devices[spelled]
        naming = self.route.naming
        name = naming.replace("{network}", self.network).replace("{named}", spelled)
        if not _DEVICE.fullmatch(name):
            return Refused("bad_device_name", detail=f"{name!r} can be the name of no device"[:200])
        return name


class Routes:
    """All routes, in the order in which they are tried."""

    def __init__(self, routes: Sequence[Route], without_readings: Sequence[str] = ()) -> None:
        self.routes = tuple(routes)
        self._patterns = [(pattern_of(route.topic), route) for route in routes]
        self._silent = [pattern_of(topic) for topic in without_readings]

    def find(self, topic: bytes) -> Found | Refused | None:
        """None for a topic that is known to have no readings; `bad_topic` where nothing fits."""
        try:
            text = topic.decode("utf-8")
        except UnicodeDecodeError as error:
            return Refused("bad_topic", detail=f"topic is not UTF-8: {error.reason} at byte {error.start}")
        for pattern, route in self._patterns:
            match = pattern.fullmatch(text)
            if match is not None:
                said = match.groupdict(default="")
                network = said.get("network") or route.network
                return Found(route, said["shard"], network, said.get("device", ""))
        if any(pattern.fullmatch(text) for pattern in self._silent):
            return None
        return Refused("bad_topic", detail="no route fits; ioc/v1/{shard}/devices/{device}/telemetry is one")

    def is_plain(self, topic: str) -> bool:
        """True if the first route of this topic takes our JSON as it is: the fast path may be used."""
        found = self.find(topic.encode())
        return isinstance(found, Found) and found.route.is_plain


def pattern_of(topic: str) -> re.Pattern[str]:
    """A topic of the configuration as an expression. `a/#` fits `a` as well, as in MQTT."""
    levels = [LEVELS.get(level) or re.escape(level) for level in topic.split("/")]
    if topic.endswith("/#"):
        return re.compile("/".join(levels[:-1]) + "(?:/.*)?", re.DOTALL)
    return re.compile("/".join(levels), re.DOTALL)
