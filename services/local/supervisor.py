"""`python -m services.local.supervisor`: start the local stack, look after it, end it in order."""

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType

from services.local.account import MissingRight
from services.local.checks import PortTaken
from services.local.layout import Layout, layout
from services.local.ports import BadPort, from_settings
from services.local.server import Server, StartFailed
from services.local.show import Screen
from services.local.stack import END_ORDER, compose
from services.local.start import Starter
from services.local.watch import Watch
from services.runtime.db import DatabaseError, passing_errors
from services.runtime.outcome import Unavailable

_LOOK_S = 0.5


class AlreadyRunning(Exception):
    """Another stack of this checkout runs; the text says which process."""


class Stopped(Exception):
    """Somebody asked us to end while we were starting."""


class Ending:
    """The wish to end, from Ctrl-C, SIGTERM or a closed terminal. A second one is impatience."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.impatient = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.asked.is_set() and number == signal.SIGINT:
            self.impatient.set()
        self.asked.set()

    def tick(self) -> None:
        """Raises Stopped once an end was asked for."""
        if self.asked.is_set():
            raise Stopped


@contextmanager
def only_one(where: Layout) -> Iterator[None]:
    """One stack per checkout; the system drops the lock even if we are killed."""
    with where.lock.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise AlreadyRunning(
                f"The stack of this checkout runs already (process {holder}). "
                f"End it with Ctrl-C there, or with `kill {holder}`."
            ) from held
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def end(children: Mapping[str, Server], screen: Screen, ending: Ending) -> None:
    """End everything in order; at a second Ctrl-C at once."""
    for stage in END_ORDER:
        running = [children[name] for name in stage if name in children and children[name].is_running]
        for child in running:
            child.ask_to_stop()
        for child in running:
            with screen.step(f"{child.name} ended"):
                if ending.impatient.is_set():
                    child.kill()
                child.wait_stopped()
    for child in children.values():
        child.stop()  # what a server keeps beside itself, such as epmd


def run(settings: Mapping[str, str], screen: Screen) -> int:
    """Exit status: 0 after an orderly end, 1 when the stack could not be started."""
    ending = Ending()
    where = layout()
    with only_one(where):
        store, province = settings.get("STORE", ""), settings.get("PROVINCE", "")
        simulated = not province or settings.get("SIMULATED", "") not in ("", "0")
        stack = compose(where, from_settings(settings), store, screen.note, province, simulated)
        children = stack.children()
        try:
            starter = Starter(stack, screen, ending.tick, settings.get("MAP", ""))
            starter.start()
            screen.addresses(stack, starter.pairing_code())
            watch = Watch(children, screen.warn)
            while not ending.asked.wait(_LOOK_S):
                watch.look()
                with (
                    suppress(Unavailable),
                    passing_errors(),
                ):  # the database restarts: at the next look
                    starter.give_credentials()
            return 0
        except Stopped:
            return 130
        finally:
            if any(child.is_running for child in children.values()):
                screen.note("ending everything in order; Ctrl-C again to end at once")
            end(children, screen, ending)


def main() -> int:
    """Run with the settings of the environment; every expected failure is one clear message."""
    screen = Screen()
    try:
        return run(os.environ, screen)
    except (AlreadyRunning, BadPort, MissingRight, PortTaken, StartFailed) as reason:
        screen.fail(str(reason))
    except (DatabaseError, Unavailable) as failure:
        screen.fail(f"the database refused: {failure}")
    except PermissionError as denied:
        screen.fail(f"no right to use {denied.filename}: does it belong to another user?")
    return 1


if __name__ == "__main__":
    sys.exit(main())
