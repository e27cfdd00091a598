"""A system elsewhere that is pulled: pages by cursor over HTTP, failing when it is told to."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from tests.fixtures.ports import free_port


class Office(ThreadingHTTPServer):
    """Gives pages of events by cursor; `failures`: how often it still fails; `asked`: cursors, in order.

    While `may_answer` is clear, whoever asks waits.
    """

    def __init__(self, pages: list[list[dict[str, str]]]) -> None:
        self.pages, self.failures = pages, 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", free_port()), _Answer)
        self._thread = threading.Thread(target=self.serve_forever)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/events?since={{cursor}}"

    def declare(self, folder: Path, mapping: str, **more: object) -> None:
        """Writes sources.toml, with this as the one source, and its mapping."""
        said = {
            "name": "office",
            "url": self.address,
            "mapping": "office.toml",
            "next_cursor": "next",
            **more,
        }
        lines = (f"{key} = {json.dumps(value)}" for key, value in said.items())
        (folder / "office.toml").write_text(mapping, encoding="utf-8")
        (folder / "sources.toml").write_text("[[source]]\n" + "\n".join(lines), encoding="utf-8")

    def __enter__(self) -> Office:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.may_answer.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Answer(BaseHTTPRequestHandler):
    server: Office

    def do_GET(self) -> None:
        text = parse_qs(urlsplit(self.path).query).get("since", [""])[0]
        self.server.asked.append(text)
        self.server.headers.append(dict(self.headers))
        self.server.may_answer.wait()
        if self.server.failures:
            self.server.failures -= 1
            self.send_error(503)
            return
        cursor = int(text or 0)
        rows = self.server.pages[cursor] if cursor < len(self.server.pages) else []
        body = json.dumps({"rows": rows, "next": str(cursor + bool(rows))}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""
