"""Sources that are asked over HTTP: what is declared of them, and when one is asked again. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import msgspec

LONGEST_DELAY_S = 3600.0
OPENS_AFTER = 5  # failures in a row


class BadSources(ValueError):
    """The file cannot be used; the text names the key and what is wrong with it."""


class Source(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One source.

    `url`: with `{cursor}` where the cursor goes, behind the host. `mapping`: its file, beside this one.
    `next_cursor`: key of the next cursor in a JSON answer, dots between levels.
    `secret_headers`: header to the name of the secret that it carries.
    `retry_s`: delay after the first failure; `rest_s`: first rest after OPENS_AFTER failures in a row.
    """

    name: str
    url: str
    mapping: str
    next_cursor: str
    first_cursor: str = ""
    every_s: float = 300.0
    timeout_s: float = 30.0
    retry_s: float = 1.0
    rest_s: float = 60.0
    most_bytes: int = 8 << 20
    secret_headers: dict[str, str] = {}
    author: str = ""
    document: str = ""

    @property
    def host(self) -> str:
        """Whom it is asked of, with the port where there is one; nobody else ever hears of it."""
        return urlsplit(self.url).netloc

    def address(self, cursor: str) -> str:
        """Where to ask for what lies behind a cursor."""
        return self.url.replace("{cursor}", quote(cursor, safe=""))


class _Sources(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    source: tuple[Source, ...]


class BreakerState(StrEnum):
    """Whether a source is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker(NamedTuple):
    """How often a source failed in a row, and until when it is left alone (seconds of any one clock)."""

    failures: int = 0
    until: float = 0.0

    def state(self, now: float) -> BreakerState:
        """Open while it rests; half-open behind that, when one answer decides."""
        if self.failures < OPENS_AFTER:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self.until else BreakerState.HALF_OPEN

    def failed(self, source: Source, now: float) -> Breaker:
        """After one more failure: a delay that doubles; from the fifth on a rest that doubles."""
        failures = self.failures + 1
        if failures < OPENS_AFTER:
            delay = source.retry_s * 2 ** (failures - 1)
        else:
            delay = source.rest_s * 2 ** min(failures - OPENS_AFTER, 16)
        return Breaker(failures, now + min(delay, LONGEST_DELAY_S))


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
        for fault in _faults(source):
            raise BadSources(f"{source.name}.{fault}")
    return sources


def _faults(source: Source) -> Iterator[str]:
    parts = urlsplit(source.url)
    if parts.scheme not in ("http", "https") or "{cursor}" not in parts.path + parts.query:
        yield "url: http or https, with {cursor} in its path or query"
    if not parts.hostname or any(sign in parts.netloc for sign in "{}@"):
        yield "url: one host, without a user; what is secret goes into secret_headers"
    for names in ((source.name,), tuple(source.secret_headers), tuple(source.secret_headers.values())):
        for name in names:
            if not name.isascii() or not name.replace("-", "").isalnum():
                yield f"{name!r}: letters, digits and dashes"
    for key in ("every_s", "timeout_s", "retry_s", "rest_s", "most_bytes"):
        if getattr(source, key) <= 0:
            yield f"{key}: above 0"


def next_cursor(answer: object, path: str) -> str:
    """The cursor in an answer; '' where there is none."""
    for key in path.split("."):
        answer = answer.get(key) if isinstance(answer, dict) else None
    return str(answer) if isinstance(answer, str | int) and not isinstance(answer, bool) else ""
