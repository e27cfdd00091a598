"""A configuration of routes → routes, or everything that is wrong with it, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from iot_gateway.codecs.codec import Format
from iot_gateway.routes import LEVELS, Field, Route, Routes
from iot_gateway.units import Units

_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,62}")  # as the registry allows it
_DEVICE_BASE = ["ioc", "v1", "{shard}", "devices", "{device}"]
_NETWORK_BASE = ["ioc", "v1", "{shard}", "networks"]
_NETWORK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")
_KEYS = {"name", "topic", "format", "device", "devices", "ignore", "fields"}


class Fault(NamedTuple):
    """One thing that is wrong: which entry, which of its fields, and why."""

    entry: str
    field: str
    why: str

    def __str__(self) -> str:
        return f"{self.entry}: {self.field}: {self.why}"


class BadRoutes(ValueError):
    """Everything that is wrong with a configuration."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("the routes cannot be used:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = tuple(faults)


def read_routes(document: Mapping[str, object], formats: Mapping[str, Format], units: Units) -> Routes:
    """Routes of a TOML document's tables; raises BadRoutes with all faults at once."""
    entries = _tables(document.get("route"))
    faults = [
        Fault("file", key, "unknown; there are route and without_readings") for key in _strange(document)
    ]
    if not entries:
        faults.append(Fault("file", "route", "there has to be at least one [[route]]"))
    names = [entry.get("name") for entry in entries]
    routes: list[Route] = []
    for number, entry in enumerate(entries, 1):
        reader = _Entry(entry, f"route {entry.get('name') or number}", formats, units)
        if names.count(entry.get("name")) > 1:
            reader.fault("name", "another route has the same name")
        routes.append(reader.read())
        faults += reader.faults
    silent = [(n, table.get("topic")) for n, table in enumerate(_tables(document.get("without_readings")), 1)]
    for number, topic in silent:
        faults += [Fault(f"without_readings {number}", "topic", why) for why in _topic_faults(topic, True)]
    if faults:
        raise BadRoutes(faults)
    return Routes(routes, [str(topic) for _, topic in silent])


def _tables(value: object) -> list[dict[str, object]]:
    return [entry if isinstance(entry, dict) else {} for entry in value] if isinstance(value, list) else []


def _strange(document: Mapping[str, object]) -> list[str]:
    return sorted(document.keys() - {"route", "without_readings"})


def _topic_faults(topic: object, may_end_open: bool = False) -> Iterator[str]:
    """What is wrong with the topic of an entry."""
    if not isinstance(topic, str):
        yield "say the topic, as text"
        return
    levels = topic.split("/")
    devices, networks = levels[:5] == _DEVICE_BASE, levels[:4] == _NETWORK_BASE
    if not (devices and len(levels) > 5) and not (networks and len(levels) > 5):
        yield "goes on from ioc/v1/{shard}/devices/{device}/ or ioc/v1/{shard}/networks/{network}/"
        return
    if networks and levels[4] != "{network}" and not _NETWORK.fullmatch(levels[4]):
        yield f"{levels[4]!r} is no name of a network server: letters, digits, _ and -"
    for level in levels[5:]:
        if not level or (level not in LEVELS and set(level) & set("{}+#")):
            yield f"{level!r} is no level: a word, +, or {{device}}"
        if level in ("{shard}", "{network}") or (level == "{device}" and devices):
            yield f"{level} has its place at the beginning"
    if "#" in levels[:-1] or (levels[-1] == "#" and not may_end_open):
        yield "# fits only the end of topics without readings"
    if levels.count("{device}") > 1:
        yield "{device} is there twice"
    if devices and levels[5:] == ["commands"]:
        yield "commands go to devices, and are not read"


class _Entry:
    """One [[route]], read field by field, with what was wrong."""

    def __init__(
        self, entry: Mapping[str, object], label: str, formats: Mapping[str, Format], units: Units
    ) -> None:
        self.faults: list[Fault] = []
        self._entry, self._label, self._formats, self._units = entry, label, formats, units
        self._levels: list[str] = []

    def fault(self, field: str, why: str) -> None:
        """Note one thing that is wrong."""
        self.faults.append(Fault(self._label, field, why))

    def read(self) -> Route:
        """The route; of no use if there are faults."""
        entry = self._entry
        for key in sorted(entry.keys() - _KEYS):
            self.fault(key, f"unknown; there are {', '.join(sorted(_KEYS))}")
        if not isinstance(entry.get("name"), str) or not entry["name"]:
            self.fault("name", "give the route a name")
        topic_faults = list(_topic_faults(entry.get("topic")))
        for why in topic_faults:
            self.fault("topic", why)
        topic = str(entry.get("topic"))
        self._levels = topic.split("/")
        named = not topic_faults
        ignored, beginnings = self._ignored()
        return Route(
            name=str(entry.get("name")),
            topic=topic,
            format_name=str(entry.get("format")),
            format=self._format(),
            naming=self._naming() if named else "",
            network=self._network,
            fields=self._fields(),
            ignored=ignored,
            ignored_beginnings=beginnings,
            devices=self._devices() if named else {},
        )

    @property
    def _below_networks(self) -> bool:
        return self._levels[3:4] == ["networks"]

    @property
    def _network(self) -> str:
        """The server that the topic spells out, or nothing."""
        return self._levels[4] if self._below_networks and self._levels[4] != "{network}" else ""

    def _format(self) -> Format:
        found = self._formats.get(str(self._entry.get("format")))
        if found is None:
            self.fault(
                "format", f"{self._entry.get('format')!r} is none of {', '.join(sorted(self._formats))}"
            )
            return next(iter(self._formats.values()))
        if self._below_networks and "{device}" not in self._levels and not found.names_devices:
            self.fault("format", "names no device, and the topic has no level {device}")
        return found

    def _naming(self) -> str:
        naming = self._entry.get("device")
        if not self._below_networks:
            if naming is not None:
                self.fault("device", "below devices, the topic names the device")
            return "{named}"
        if naming is None:
            return "{network}.{named}"
        if not isinstance(naming, str) or "{named}" not in naming:
            self.fault("device", "has to contain {named}")
            return ""
        if "{network}" not in naming and not self._network:
            self.fault(
                "device", "without {network}, one server could speak for another's devices: spell it out"
            )
        if set(naming.replace("{network}", "").replace("{named}", "")) & set("{}/+#"):
            self.fault("device", f"{naming!r} has more than {{network}} and {{named}} in braces")
        return naming

    def _devices(self) -> dict[str, str]:
        table = self._entry.get("devices", {})
        if not isinstance(table, dict) or not all(isinstance(name, str) for name in table.values()):
            self.fault("devices", "a table of names in the payload and names in the registry")
            return {}
        if table and not self._network:
            self.fault("devices", "only below a network server that the topic spells out")
        return table

    def _ignored(self) -> tuple[frozenset[str], tuple[str, ...]]:
        names = self._entry.get("ignore", [])
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            self.fault("ignore", "a list of field names")
            return frozenset(), ()
        if any("*" in name[:-1] for name in names):
            self.fault("ignore", "a * stands at the end of a name only")
        whole = frozenset(name for name in names if not name.endswith("*"))
        return whole, tuple(name[:-1] for name in names if name.endswith("*"))

    def _fields(self) -> dict[str, Field]:
        table = self._entry.get("fields", {})
        if not isinstance(table, dict):
            self.fault("fields", "a table of fields and channels")
            return {}
        return {name: self._field(f"fields.{name}", target) for name, target in table.items()}

    def _field(self, path: str, target: object) -> Field:
        entry = {"channel": target} if isinstance(target, str) else target
        if not isinstance(entry, dict) or entry.keys() - {"channel", "unit"}:
            self.fault(path, 'a channel, or { channel = "…", unit = "…" }')
            return Field("")
        channel, unit = entry.get("channel"), entry.get("unit")
        if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
            self.fault(path, f"{channel!r} is no channel: lower-case letters, digits and _")
        if unit is not None and not isinstance(unit, str):
            self.fault(path, f"{unit!r} is no unit")
        elif unit is not None and (problem := self._units.problem(unit)) is not None:
            self.fault(path, problem)
        return Field(str(channel), str(unit or ""))
