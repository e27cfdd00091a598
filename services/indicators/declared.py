"""What a file of definitions says: measures, and the indicators that are made of them. Pure.

catalogue/README.md documents every key of the file.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final, Literal, NamedTuple, TypeVar

import msgspec

from services.indicators.language.nodes import Node
from services.indicators.language.parsing import parse
from services.indicators.language.printing import printed
from services.indicators.language.units import Unit, parse_unit
from services.indicators.takes import Fold, Take
from services.records.periods import parse_period

GROUPS: Final = (
    "public_services", "administrative_reform", "e_office", "information_security", "digital_infrastructure",
    "environment", "traffic", "energy", "water", "health", "education", "economy", "tourism", "public_safety",
    "citizen_feedback", "operations_centre",
)  # fmt: skip

Lasts = Literal["until_next", "period", "year", "unit"]
OverTime = Literal[
    "sum", "ratio_of_sums", "last", "ratio_of_lasts", "max", "distinct", "pool", "recompute", "sum_of_months",
    "publish",
]  # fmt: skip
OverSpace = Literal["sum", "ratio_of_sums", "distinct", "pool", "max", "max_of_sum", "province", "none"]
Level = Literal["area", "organisation", "province"]
PeriodName = Literal["day", "month", "quarter", "year"]
_One = TypeVar("_One", bound=msgspec.Struct)
_PATH = re.compile(r"(?P<reason>.*) - at `\$\.?(?P<path>.*)`", re.DOTALL)


class Complaint(NamedTuple):
    """What is wrong with a file. `entry`: measures.<name> or indicators.<id>; `key`: of it; "": all of it."""

    file: str
    entry: str
    key: str
    reason: str

    def __str__(self) -> str:
        place = ".".join(part for part in (self.entry, self.key) if part)
        return f"{self.file}: {place}: {self.reason}" if place else f"{self.file}: {self.reason}"


class BadDefinitions(ValueError):
    """Files that cannot be definitions; the text is a line a problem."""

    def __init__(self, problems: Iterable[Complaint]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Expression:
    """A text of the language, parsed; equal to another that means the same, which is written the same."""

    __slots__ = ("node",)

    def __init__(self, text: str) -> None:
        """Raises language.parsing.Refused."""
        self.node: Final[Node] = parse(text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.node == other.node

    def __hash__(self) -> int:
        return hash(self.node)

    def __str__(self) -> str:
        return printed(self.node)


class _Declared(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    unit: str

    @cached_property
    def counts_in(self) -> Unit:
        """`unit`, parsed. Raises BadUnit."""
        return parse_unit(self.unit)


class Measure(_Declared, frozen=True, kw_only=True, omit_defaults=True):
    """A sum over the entities of a dataset. Absent `area` and `organisation`: as the dataset's; "": none."""

    name: str
    dataset: str
    take: Take
    fold: Fold
    when: Expression | None = None
    where: Expression | None = None
    of: Expression | None = None
    moment: Expression | None = None
    begins: Expression | None = None
    ends: Expression | None = None
    lasts: Lasts = "until_next"
    key: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    area: str | None = None
    organisation: str | None = None

    @property
    def expressions(self) -> Mapping[str, Node]:
        """What is written in the language, by key."""
        keys = ("when", "where", "of", "moment", "begins", "ends")
        told = {key: getattr(self, key) for key in keys}
        return {key: expression.node for key, expression in told.items() if expression is not None}


class _Dated(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, rename={"since": "from"}):
    since: date


class Target(_Dated, frozen=True, kw_only=True, omit_defaults=True):
    """What the figure is to reach, in its unit, on the days of [from, to]; without `to` for good."""

    op: Literal["ge", "gt", "le", "lt"]
    value: Decimal
    source: str
    to: date | None = None


class Break(_Dated, frozen=True, kw_only=True, omit_defaults=True):
    """A day from which on the figure does not mean what it meant."""

    note_vi: str
    note_en: str


class Indicator(_Declared, frozen=True, kw_only=True, omit_defaults=True):
    """A figure: a formula over measures, for subjects, by the period."""

    id: str
    name_vi: str
    name_en: str
    formula: Expression
    direction: Literal["up", "down", "band", "context"]
    over_time: OverTime
    over_space: OverSpace
    levels: tuple[Level, ...]
    periods: tuple[PeriodName, ...]
    cadence: str
    fresh: str
    owner_vi: str
    decimals: int
    basis: Literal["seen", "memory", "design"]
    basis_vi: str
    by: tuple[str, ...] = ()
    gaming_vi: str = ""
    gaming_en: str = ""
    minimum_persons: int = 0
    targets: tuple[Target, ...] = ()
    breaks: tuple[Break, ...] = ()

    @cached_property
    def fresh_for(self) -> timedelta:
        """`fresh`, parsed: how long after a period its figure is promised."""
        return parse_period(self.fresh).exact


class Definitions(NamedTuple):
    """What one file declares."""

    file: str
    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]

    @property
    def group(self) -> str:
        """Of indicators that it declares."""
        return self.file.removesuffix(".toml")


@lru_cache(maxsize=64)  # several services of a process read the same files
def parse_definitions(file: str, text: str) -> Definitions:
    """The definitions of a file, each well-formed by itself; what they refer to is not looked at.

    Raises:
        BadDefinitions: no TOML, an unknown, missing or impossible key; of each entry the first fault.
    """
    try:
        told: dict[str, Any] = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise BadDefinitions([Complaint(file, "", "", str(error))]) from error
    problems = list(_file_problems(file, text, told))
    measures = tuple(_converted(file, "measures", "name", told.get("measures"), Measure, problems.append))
    indicators = tuple(
        _converted(file, "indicators", "id", told.get("indicators"), Indicator, problems.append)
    )
    if problems:
        raise BadDefinitions(problems)
    return Definitions(file, measures, indicators)


def body(one: Measure | Indicator) -> dict[str, Any]:
    """A definition as JSON: each expression in one way to write it, defaults left out."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(one, enc_hook=str))
    return told


def measure_of(told: Mapping[str, Any]) -> Measure:
    """The measure of a body."""
    return msgspec.convert(told, Measure, dec_hook=_expression)


def indicator_of(told: Mapping[str, Any]) -> Indicator:
    """The indicator of a body."""
    return msgspec.convert(told, Indicator, dec_hook=_expression)


def _file_problems(file: str, text: str, told: Mapping[str, Any]) -> Iterator[Complaint]:
    if not unicodedata.is_normalized("NFC", text):
        yield Complaint(file, "", "", "the file is not Unicode NFC")
    for key, value in told.items():
        if key not in ("measures", "indicators"):
            yield Complaint(file, key, "", "a file has [[measures]] and [[indicators]]")
        elif not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            yield Complaint(file, key, "", f"each stands under [[{key}]]")


def _converted(
    file: str, kind: str, naming: str, told: object, into: type[_One], report: Callable[[Complaint], object]
) -> Iterator[_One]:
    entries = told if isinstance(told, list) else []
    for number, entry in enumerate((one for one in entries if isinstance(one, dict)), 1):
        named = entry.get(naming)
        place = f"{kind}.{named}" if isinstance(named, str) and named else f"{kind}[{number}]"
        try:
            yield msgspec.convert(entry, into, dec_hook=_expression)
        except msgspec.ValidationError as error:
            found = _PATH.fullmatch(str(error))
            path, reason = (found["path"], found["reason"]) if found else ("", str(error))
            report(Complaint(file, place, path, reason))


def _expression(kind: type, told: object) -> Expression:
    if kind is not Expression or not isinstance(told, str):
        raise ValueError("an expression stands in quotes")
    return Expression(told)
