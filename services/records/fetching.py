"""Asking a source over HTTP: its declared host alone, for a bounded time, for a bounded answer."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import NamedTuple

import urllib3

from services.records.pulling import Source, next_cursor

_PIECE = 64 << 10  # bytes


class PullFailed(Exception):
    """A source did not give what it should; it is asked again."""


class Page(NamedTuple):
    """An answer, and the cursor behind it; "" where it names none."""

    body: bytes
    following: str


class Fetcher:
    """Asks one source. Redirections are failures and proxies are not used, so that nobody else is asked.

    `secrets`: folder of the files that secret_headers name, read at each asking: they may be exchanged.
    """

    def __init__(self, source: Source, secrets: Path | None) -> None:
        self._source, self._secrets = source, secrets
        self._http = urllib3.PoolManager(retries=False, timeout=source.timeout_s)

    def page(self, cursor: str) -> Page:
        """What lies behind a cursor.

        Raises:
            PullFailed: no answer in time, another status than 200, too long, no JSON, or a secret is missing.
        """
        try:
            with self._http.request(
                "GET",
                self._source.address(cursor),
                headers=self._headers(),
                preload_content=False,
                decode_content=False,  # most_bytes is of what is kept, and nothing packed was asked for
            ) as answer:
                if answer.status != 200:
                    raise PullFailed(f"HTTP {answer.status}")
                body = self._body(answer)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise PullFailed(str(error)) from error
        try:
            return Page(body, next_cursor(json.loads(body), self._source.next_cursor))
        except (ValueError, RecursionError) as error:
            raise PullFailed(f"no JSON: {error}") from error

    def _body(self, answer: urllib3.BaseHTTPResponse) -> bytes:
        """Piece by piece: urllib3's timeout is that of one read, and a source that drips renews it."""
        until, body = time.monotonic() + self._source.timeout_s, bytearray()
        while piece := answer.read1(_PIECE):
            body += piece
            if len(body) > self._source.most_bytes:
                raise PullFailed(f"more than {self._source.most_bytes} bytes")
            if time.monotonic() > until:
                raise PullFailed(f"not whole after {self._source.timeout_s:g} s")
        return bytes(body)

    def _headers(self) -> dict[str, str]:
        return {header: self._secret(name) for header, name in self._source.secret_headers.items()}

    def _secret(self, name: str) -> str:
        if self._secrets is None:
            raise PullFailed(f"there is no folder of secrets for {name!r}")
        try:
            secret = (self._secrets / name).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise PullFailed(f"secret {name!r}: {type(error).__name__}") from error
        if not secret.isprintable():  # else the header's own error would tell it
            raise PullFailed(f"secret {name!r}: not one line")
        return secret
