"""Owns the mapping file of a replay: what each column of a CSV means. README.md documents every field."""

import json
import tomllib
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

VIETNAM = "Asia/Ho_Chi_Minh"


class MappingError(Exception):
    """The mapping cannot be used; the text names the field and what is wrong with it."""


def zone_of(name: str) -> tzinfo:
    """An IANA name, or a fixed offset like "+07:00".

    Raises:
        ValueError: neither of them.
    """
    if name[:1] in "+-":
        offset = datetime.strptime(name, "%z").utcoffset()
        return timezone(offset or timedelta(0))
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; for example {VIETNAM!r} or '+07:00'") from error


def _known_zone(name: str) -> str:
    zone_of(name)
    return name


def _keeps_line_ends(encoding: str) -> str:
    """Lines are split before they are decoded, so that one bad line harms no other."""
    try:
        plain = "\n\n".encode(encoding).endswith(b"\n\n")
    except LookupError as error:
        raise ValueError(f"{encoding!r} is no encoding") from error
    if not plain:
        raise ValueError(f"{encoding!r} does not write a line end as one byte")
    return encoding


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TimeColumn(_Strict):
    """When a line was observed."""

    column: str = Field(description="Header of the column.")
    format: str = Field(description='strptime format, or "iso8601"; a zone in the text itself wins.')
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default=VIETNAM, description='IANA name or offset like "+07:00".'
    )
    stamp: Literal["start", "end"] = Field(
        default="start",
        description="Which end of its interval the time names; an end is shifted.",
    )
    interval_s: int | None = Field(default=None, gt=0, description="Length of the interval, for stamp = end.")

    @model_validator(mode="after")
    def _end_needs_length(self) -> Self:
        if self.stamp == "end" and self.interval_s is None:
            raise ValueError('stamp = "end" needs interval_s')
        return self


class ValueColumn(_Strict):
    """A measured column and the channel it becomes."""

    column: str = Field(description="Header of the column.")
    channel: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="Channel of the device.")
    quantity: str = Field(description="What is measured, for the registry.")
    unit: str = Field(description="Unit of the numbers in the file; values are sent as they stand.")
    minimum: float | None = Field(default=None, description="Lowest value the gateway takes, inclusive.")
    maximum: float | None = Field(default=None, description="Highest value the gateway takes, inclusive.")
    sentinels: tuple[float, ...] = Field(default=(), description="Numbers that mean: no value.")


class QcColumn(_Strict):
    """The source's own quality control."""

    column: str = Field(description="Header of the column.")
    valid: tuple[str, ...] = Field(
        min_length=1, description="Flags of values that count; others are skipped."
    )


class DeviceDefaults(_Strict):
    """How --register describes a device that the centre does not know."""

    kind: str = Field(description="Kind of device.")
    name_vi: str = Field(default="", description="Vietnamese name; empty: the device's own.")
    name_en: str = Field(default="", description="English name.")
    shard: str = Field(default="s0", description="MQTT shard.")
    area_code: str = Field(default="", description="Commune; empty: none.")
    longitude: float = Field(ge=-180, le=180, description="WGS 84, degrees.")
    latitude: float = Field(ge=-90, le=90, description="WGS 84, degrees.")
    reporting_interval_s: int = Field(gt=0, description="Promised seconds between two reports.")


class Mapping(_Strict):
    """The whole file."""

    description: str = Field(default="", description="What it is for.")
    encoding: Annotated[str, AfterValidator(_keeps_line_ends)] = Field(
        default="utf-8-sig", description="Of the CSV; one in which a line end is one byte."
    )
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="Between columns.")
    time: TimeColumn
    values: tuple[ValueColumn, ...] = Field(min_length=1)
    qc: QcColumn | None = Field(default=None)
    device: DeviceDefaults | None = Field(default=None, description="Needed for --register only.")

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Every column that must exist, as (field of the mapping, header)."""
        named = [("time.column", self.time.column)]
        named += [(f"values.{number}.column", value.column) for number, value in enumerate(self.values)]
        return named if self.qc is None else [*named, ("qc.column", self.qc.column)]

    @model_validator(mode="after")
    def _channels_differ(self) -> Self:
        channels = [value.channel for value in self.values]
        if len(set(channels)) < len(channels):
            raise ValueError("two of values have the same channel")
        return self


def load_mapping(path: Path) -> Mapping:
    """Reads JSON, or TOML where the name ends so.

    Raises:
        MappingError: names the field.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise MappingError(f"{path}: {error}") from error
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        raise MappingError(f"{path}: " + "; ".join(_in_words(error))) from error


def _in_words(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, item['loc'])) or 'mapping'}: {item['msg']}" for item in error.errors()]
