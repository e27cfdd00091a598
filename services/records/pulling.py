"""Sources that are asked over HTTP: what is declared of them, and when one is asked again. Pure."""

from __future__ import annotations

import tomllib
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import msgspec

FIRST_DELAY_S, LONGEST_DELAY_S = 1.0, 3600.0
OPENS_AFTER = 5  # failures in a row
OPEN_S = 60.0  # for which a source rests at first, then twice as long each time


class BadSources(ValueError):
    """The file cannot be used; the text names the key and what is wrong with it."""


class Source(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One source.

    `url`: with `{cursor}` where the cursor goes. `mapping`: file of the mapping, beside this one.
    `next_cursor`: key of the next cursor in a JSON answer, dots between levels.
    `headers_file`: lines `Name: value`, for what is secret; "": none.
    """

    name: str
    url: str
    mapping: str
    next_cursor: str
    first_cursor: str = ""
    every_s: float = 300.0
    timeout_s: float = 30.0
    most_bytes: int = 64 << 20
    headers_file: str = ""
    author: str = ""
    document: str = ""

    def address(self, cursor: str) -> str:
        """Where to ask for what lies behind a cursor."""
        return self.url.replace("{cursor}", quote(cursor, safe=""))


class _Sources(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    source: tuple[Source, ...]


class Breaker(NamedTuple):
    """How often a source failed in a row, and until when it is left alone (seconds of a monotonic clock)."""

    failures: int = 0
    until: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether it failed so often that it rests."""
        return self.failures >= OPENS_AFTER

    def failed(self, now: float) -> Breaker:
        """After one more failure: a delay that doubles; from the fifth on a rest that doubles."""
        failures = self.failures + 1
        if failures < OPENS_AFTER:
            delay = FIRST_DELAY_S * 2 ** (failures - 1)
        else:
            delay = OPEN_S * 2 ** min(failures - OPENS_AFTER, 16)
        return Breaker(failures, now + min(delay, LONGEST_DELAY_S))

    def worked(self, now: float, wait_s: float) -> Breaker:
        """After a success: closed, and asked again after `wait_s`."""
        return Breaker(0, now + wait_s)


def parse_sources(text: str) -> tuple[Source, ...]:
    """The sources that a TOML file declares.

    Raises:
        BadSources: no TOML, an unknown key, or one that cannot be.
    """
    try:
        told: dict[str, Any] = tomllib.loads(text)
        sources = msgspec.convert(told, _Sources).source
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadSources(str(error)) from error
    names = [source.name for source in sources]
    if len(set(names)) < len(names):
        raise BadSources("two sources have the same name")
    for source in sources:
        if urlsplit(source.url).scheme not in ("http", "https") or "{cursor}" not in source.url:
            raise BadSources(f"{source.name}.url: http or https, with {{cursor}}")
        if not source.name.isascii() or not source.name.replace("-", "").isalnum():
            raise BadSources(f"{source.name}.name: letters, digits and dashes")
    return sources


def next_cursor(answer: object, path: str) -> str:
    """The cursor in an answer; '' where there is none."""
    for key in path.split("."):
        answer = answer.get(key) if isinstance(answer, dict) else None
    return str(answer) if isinstance(answer, str | int) and not isinstance(answer, bool) else ""
