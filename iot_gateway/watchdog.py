"""Ends a process whose loop has stopped turning, so that its supervisor starts a new one: no zombies."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

EXIT_STALLED = 70


class Watchdog:
    """Call `beat` at least every `stall_s` seconds, or the process ends with status 70."""

    def __init__(self, stall_s: float, end: Callable[[int], object] = os._exit) -> None:
        self._stall_s = stall_s
        self._end = end
        self._beat_at = time.monotonic()

    def beat(self) -> None:
        """There was progress."""
        self._beat_at = time.monotonic()

    def start(self) -> None:
        """Watch from a thread of its own."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(self._stall_s / 10)
            if self.check(time.monotonic()):
                return

    def check(self, now: float) -> bool:
        """End the process if there was no progress for too long; True if so."""
        silence_s = now - self._beat_at
        if silence_s < self._stall_s:
            return False
        log.critical("gateway.stalled", silence_s=round(silence_s, 1))
        faulthandler.dump_traceback(file=sys.__stderr__ or sys.stderr, all_threads=True)
        self._end(EXIT_STALLED)
        return True
