"""What a quantity means for roll-ups, and how long its data live: quantities.toml as types. Pure."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from services.telemetry.rollups import Mean, Tier

RAW = 0  # beside Tier in `kept`: the readings themselves
_KEYS = {
    RAW: "raw_days",
    Tier.MINUTE: "1m_days",
    Tier.QUARTER: "15m_days",
    Tier.HOUR: "1h_days",
    Tier.DAY: "1d_days",
}
_ABOVE_BY_DAYS = 2  # a late reading changes its whole local day, made of the tier below


@dataclass(frozen=True, slots=True)
class Quantity:
    """The rule of one quantity. `kept`: age at which each level is dropped; absent: never."""

    mean: Mean = Mean.ARITHMETIC
    hold_s: int = 3600
    kept: Mapping[int, timedelta] = field(default_factory=dict)

    @property
    def raw_kept_ms(self) -> float:
        """Age from which a late reading is refused; infinite where readings are kept for ever."""
        kept = self.kept.get(RAW)
        return kept / timedelta(milliseconds=1) if kept is not None else math.inf


@dataclass(frozen=True, slots=True)
class Quantities:
    """The rule of every quantity."""

    default: Quantity = field(default_factory=Quantity)
    named: Mapping[str, Quantity] = field(default_factory=dict)

    def of(self, quantity: str) -> Quantity:
        """The rule of this one."""
        return self.named.get(quantity, self.default)


class _Entry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One table of the file. Absent: as in [default]."""

    mean: str | None = None
    hold_s: int | None = None
    raw: int | None = msgspec.field(default=None, name="raw_days")
    minute: int | None = msgspec.field(default=None, name="1m_days")
    quarter: int | None = msgspec.field(default=None, name="15m_days")
    hour: int | None = msgspec.field(default=None, name="1h_days")
    day: int | None = msgspec.field(default=None, name="1d_days")

    def days(self) -> dict[int, int | None]:
        return dict(zip(_KEYS, (self.raw, self.minute, self.quarter, self.hour, self.day), strict=True))


def parse(text: str) -> Quantities:
    """The file's rules.

    Raises:
        ValueError: names what is wrong (TOML, unknown field, impossible value).
    """
    entries = msgspec.convert(tomllib.loads(text), dict[str, _Entry])
    default = _quantity("default", entries.pop("default", _Entry()), Quantity())
    named = {name: _quantity(name, entry, default) for name, entry in entries.items()}
    for name, quantity in named.items():
        for level, key in _KEYS.items():
            if _age(quantity, level) > _age(default, level):
                raise ValueError(f"[{name}] {key}: longer than [default] keeps the divisions")
    return Quantities(default, named)


def _quantity(name: str, entry: _Entry, default: Quantity) -> Quantity:
    try:
        mean = default.mean if entry.mean is None else Mean[entry.mean.upper()]
    except KeyError:
        raise ValueError(f"[{name}] mean: one of {', '.join(m.name.lower() for m in Mean)}") from None
    hold_s = default.hold_s if entry.hold_s is None else entry.hold_s
    if not 60 <= hold_s <= 86_400:
        raise ValueError(f"[{name}] hold_s: from 60 to 86400")
    kept = dict(default.kept)
    for level, days in entry.days().items():
        if days is not None and not 0 <= days <= 36_525:
            raise ValueError(f"[{name}] {_KEYS[level]}: from 0, which is for ever, to 36525")
        if days:
            kept[level] = timedelta(days=days)
        elif days == 0:
            kept.pop(level, None)
    quantity = Quantity(mean, hold_s, kept)
    for below, above in zip(_KEYS, list(_KEYS)[1:], strict=False):
        if _age(quantity, above) < _age(quantity, below) + _ABOVE_BY_DAYS:
            raise ValueError(f"[{name}] {_KEYS[above]}: at least two days more than {_KEYS[below]}")
    return quantity


def _age(quantity: Quantity, level: int) -> float:
    """Days; infinite: for ever."""
    kept = quantity.kept.get(level)
    return kept / timedelta(days=1) if kept is not None else math.inf
