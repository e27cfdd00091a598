"""What a source may answer: its own host alone is asked, for no longer and no more than declared."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.records.fetching import Fetcher, PullFailed
from services.records.pulling import Source
from tests.fixtures.ports import free_port
from tests.integration.office import Office

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """An HTTP server with one answer to everything; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{{cursor}}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def source(url: str, **more: object) -> Source:
    said = {"name": "one", "mapping": "one.toml", "next_cursor": "next", "timeout_s": 0.3, **more}
    return Source(url=url, **said)  # type: ignore[arg-type]


def body(handler: BaseHTTPRequestHandler, said: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(said)))
    handler.end_headers()
    handler.wfile.write(said)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte again and again, each well within the timeout of one read."""
    handler.send_response(200)
    handler.end_headers()
    waiting = threading.Event()
    try:
        while True:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            waiting.wait(0.05)
    except OSError:
        return


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (drip, "not whole after 0.3 s"),
        (lambda handler: body(handler, b"x" * 1_001), "more than 1000 bytes"),
        (lambda handler: body(handler, b"<html>"), "no JSON"),
        (lambda handler: body(handler, b"[" * 900), "no JSON"),
        (lambda handler: handler.send_error(500), "HTTP 500"),
        (lambda handler: handler.wfile.close(), "closed connection"),
    ],
)
def test_an_answer_that_is_none_is_a_failure(answer: Answer, named: str) -> None:
    with answering(answer) as url, pytest.raises(PullFailed, match=named):
        Fetcher(source(url, most_bytes=1_000), None).page("1")


def test_a_redirection_is_not_followed() -> None:
    with Office([[]]) as other:

        def elsewhere(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(302)
            handler.send_header("Location", other.address)
            handler.end_headers()

        with answering(elsewhere) as url, pytest.raises(PullFailed, match="HTTP 302"):
            Fetcher(source(url), None).page("1")
        assert other.asked == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with Office([[]]) as proxy, Office([[{"a": "b"}]]) as office:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_port}")
        page = Fetcher(source(office.address), None).page("0")
        assert page.following == "1"
        assert proxy.asked == []


def test_a_secret_is_read_anew_at_each_asking(tmp_path: Path) -> None:
    with Office([[]]) as office:
        fetcher = Fetcher(source(office.address, secret_headers={"X-Key": "office"}), tmp_path)
        with pytest.raises(PullFailed, match="secret 'office'"):
            fetcher.page("0")
        for secret in ("first", "second"):
            (tmp_path / "office").write_text(f"{secret}\n", encoding="utf-8")
            fetcher.page("0")
        assert [one["X-Key"] for one in office.headers] == ["first", "second"]
        for unfit in ("third\nline", "thírd"):
            (tmp_path / "office").write_text(unfit, encoding="utf-8")
            with pytest.raises(PullFailed) as failed:
                fetcher.page("0")
            assert unfit[:2] not in str(failed.value)
