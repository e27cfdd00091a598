"""Processes that are always started again, as any supervisor would, and a clock that lies to one of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.fixtures.processes import Running
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually

_LOOK_S = 0.2
_READY_S = 60.0
_LAST_WORDS = 500  # characters


class Kept:
    """One of the product's processes by name, kept until `stop`; what ended unasked is written down."""

    def __init__(self, name: str, stack: Stack) -> None:
        self.name = name
        self.all: list[Running] = []  # that were ever started, the newest last
        self.ended_by_themselves: list[str] = []
        self._stack = stack
        self._settings: dict[str, str] = {}
        self._wanted = False
        self._ending = threading.Event()
        self._lock = threading.Lock()  # around looking and starting

    def start(self, settings: Mapping[str, str]) -> None:
        """Start it, and whenever it has ended start it again."""
        self._settings, self._wanted = dict(settings), True
        self._look()
        threading.Thread(target=self._keep, daemon=True).start()

    def wait_ready(self) -> None:
        """Until the newest one says so."""
        eventually(
            lambda: self.all[-1].is_alive and self.all[-1].http("/ready")[0] == 200, _READY_S, self.name
        )

    def kill(self) -> None:
        """SIGKILL; another one comes."""
        with self._lock:
            self.all[-1].kill()
            self._launch()

    @contextmanager
    def away(self) -> Iterator[None]:
        """It is stopped in order, and stays away meanwhile."""
        with self._lock:
            self._wanted = False
            self.all[-1].stop()
        yield
        with self._lock:
            self._wanted = True
            self._launch()

    def stop(self) -> None:
        """End for good."""
        with self._lock:
            self._ending.set()
            if self.all and self.all[-1].is_alive:
                self.all[-1].kill()

    def _keep(self) -> None:
        while not self._ending.wait(_LOOK_S):
            self._look()

    def _look(self) -> None:
        with self._lock:
            if not self._wanted or self._ending.is_set() or (self.all and self.all[-1].is_alive):
                return
            if self.all:
                ended = self.all[-1]
                last_words = ended.logs()[-_LAST_WORDS:]
                self.ended_by_themselves.append(
                    f"{self.name}, status {ended.process.returncode}: {last_words}"
                )
            self._launch()

    def _launch(self) -> None:
        self.all.append(self._stack.launch(self.name, **self._settings))


class Clock:
    """The clock of a process that libfaketime lies to; without the library, the right one."""

    def __init__(self, file: Path, library: Path | None) -> None:
        self._file = file
        self._library = library
        self.set(0)

    def set(self, offset_s: int) -> None:
        """Step it; the process notices within a second."""
        self._file.write_text(f"{offset_s:+d}\n", encoding="utf-8")

    def settings(self) -> dict[str, str]:
        """Of the process. CLOCK_MONOTONIC is not lied to: no step moves it."""
        if self._library is None:
            return {}
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    @staticmethod
    def forget(pids: Iterable[int]) -> None:
        """Remove what the library leaves in shared memory of processes that were killed."""
        for pid in pids:
            for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
                Path("/dev/shm", name).unlink(missing_ok=True)
