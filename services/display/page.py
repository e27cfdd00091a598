"""The built page and the map, as answers to GET: read once, compressed once, never from disk per request."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# What a browser needs to know of each file type; the system's table of types is not to be relied on.
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
COMPRESSED = ("text/", "application/json", "application/geo+json", "image/svg+xml")
# Names under assets/ contain a hash of the content; everything else is asked for anew.
FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A body with its compressed form and the headers that go with it."""

    body: bytes
    compressed: bytes | None
    content_type: str
    cache_control: str
    etag: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers, body of an HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def asset(body: bytes, content_type: str, cache_control: str = REVALIDATE) -> Asset:
    compressed = gzip.compress(body, 6, mtime=0) if content_type.startswith(COMPRESSED) else None
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Asset(body, compressed, content_type, cache_control, etag)


def load(folder: Path, under: str = "/") -> dict[str, Asset]:
    """Every file below `folder` by its path in addresses, which begins with `under`; index.html as that."""
    assets = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = under + file.relative_to(folder).as_posix()
        guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        content_type = CONTENT_TYPES.get(file.suffix, guessed)
        assets[name] = asset(file.read_bytes(), content_type, FOREVER if "/assets/" in name else REVALIDATE)
    if f"{under}index.html" in assets:
        assets[under] = assets[f"{under}index.html"]
    return assets


def answer(found: Asset | None, accept_encoding: str, if_none_match: str) -> Answer:
    """The response for an asset, or 404."""
    if found is None:
        return text(404, "Không có trang này. / No such page.\n")
    headers = {
        "Cache-Control": found.cache_control,
        "ETag": found.etag,
        "Vary": "Accept-Encoding",
        **SECURITY,
    }
    if if_none_match == found.etag:
        return Answer(304, headers, b"")
    headers["Content-Type"] = found.content_type
    if found.compressed is not None and "gzip" in accept_encoding:
        return Answer(200, headers | {"Content-Encoding": "gzip"}, found.compressed)
    return Answer(200, headers, found.body)


def text(status: int, words: str) -> Answer:
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8", **SECURITY}, words.encode())


def json(body: bytes) -> Answer:
    """An answer that is nobody else's and is asked for anew each time."""
    return Answer(200, {"Content-Type": "application/json", "Cache-Control": "no-store", **SECURITY}, body)


def build_of(index: Asset | None) -> str:
    """Which build a page is: the name of its script, which has a hash of it all; '' where none is built."""
    found = None if index is None else re.search(rb'<script[^>]*src="[^"]*?([^"/]+\.js)"', index.body)
    return found[1].decode() if found else ""


def same_origin(origin: str | None, host: str | None, allowed: list[str]) -> bool:
    """Whether a WebSocket may be opened from a page of `origin`; None comes from no page at all."""
    if origin is None or origin in allowed:
        return True
    return host is not None and origin.partition("://")[2] == host
