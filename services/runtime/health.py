"""/live, /ready and /metrics of a process, from one small HTTP server in a thread.

/live answers 503 when a registered loop has stopped turning: the process should be restarted.
/ready answers 503 while anything the process holds does not really work, and says what.
"""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog
from prometheus_client import REGISTRY
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

log = structlog.get_logger(__name__)

Probe = Callable[[], str | None]


class Health:
    """Collects probes and heartbeats and serves them."""

    def __init__(self, host: str, port: int) -> None:
        self._probes: dict[str, Probe] = {}
        self._beats: dict[str, tuple[float, float]] = {}  # name: (last beat, longest silence), seconds
        self._server = _Server((host, port), self)

    @property
    def port(self) -> int:
        """The port that is served, also where 0 was asked for."""
        return int(self._server.server_address[1])

    def check(self, name: str, probe: Probe) -> None:
        """Adds a readiness probe: None when well, else the reason in words."""
        self._probes[name] = probe

    def heartbeat(self, name: str, max_age_s: float) -> Callable[[], None]:
        """Registers a loop; the returned function must be called at least every `max_age_s` seconds."""

        def beat() -> None:
            self._beats[name] = (time.monotonic(), max_age_s)

        beat()
        return beat

    def stalled(self) -> dict[str, str]:
        """Loops whose last beat is too long ago."""
        now = time.monotonic()
        return {
            name: f"no progress for {now - last:.0f} s"
            for name, (last, max_age_s) in list(self._beats.items())
            if now - last > max_age_s
        }

    def unready(self) -> dict[str, str]:
        """What does not work now, by name. All are asked at once: each may wait for its own time-out."""
        problems = self.stalled()
        asking = [
            threading.Thread(target=_ask, args=(name, probe, problems), name=f"probe {name}", daemon=True)
            for name, probe in list(self._probes.items())
        ]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
        return problems

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()
        log.info("health.serving", port=self.port)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _ask(name: str, probe: Probe, problems: dict[str, str]) -> None:
    try:
        problem = probe()
    except Exception as error:  # a probe that breaks is a thing that does not work
        problem = repr(error)
    if problem is not None:
        problems[name] = problem


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], health: Health) -> None:
        self.health = health
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        match self.path:
            case "/live":
                self._send_problems(self.server.health.stalled())
            case "/ready":
                self._send_problems(self.server.health.unready())
            case "/metrics":
                self._send(200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY))
            case _:
                self._send(404, "text/plain", b"/live /ready /metrics\n")

    def _send_problems(self, problems: dict[str, str]) -> None:
        body = json.dumps({"ok": not problems, "problems": problems}, ensure_ascii=False)
        self._send(503 if problems else 200, "application/json", body.encode())

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.debug("health.request", line=format % args)
