"""While the stack runs: a process that died is started again, each time a little later."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.local.server import Server, StartFailed

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 30.0
STEADY_S = 60.0  # a process that lived so long starts with the first delay again


@dataclass(slots=True)
class Restart:
    """What is planned for one child. Times are those of a monotonic clock, seconds."""

    delay_s: float = FIRST_DELAY_S
    due_at: float | None = None
    started_at: float = 0.0


def plan(restart: Restart, now: float) -> Restart:
    """A death was seen at `now`: when to start again."""
    steady = now - restart.started_at >= STEADY_S
    delay = FIRST_DELAY_S if steady else restart.delay_s
    return Restart(min(delay * 2, LONGEST_DELAY_S), now + delay, restart.started_at)


class Watch:
    """Looks after children; call `look` a few times a second."""

    def __init__(
        self,
        children: Mapping[str, Server],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._children = children
        self._say = say
        self._clock = clock
        began = clock()
        self._restarts = {name: Restart(started_at=began) for name in children}

    def look(self) -> None:
        """Notice deaths, and start again what is due."""
        now = self._clock()
        for name, child in self._children.items():
            child.bound_log()
            restart = self._restarts[name]
            if restart.due_at is None and not child.is_running:
                planned = self._restarts[name] = plan(restart, now)
                wait = (planned.due_at or now) - now
                self._say(
                    f"{name} ended ({_how(child.exit_status)}); again in {wait:.0f} s; log: {child.log_file}"
                )
            elif restart.due_at is not None and now >= restart.due_at:
                self._start(name, child, restart)

    def _start(self, name: str, child: Server, restart: Restart) -> None:
        now = self._clock()
        try:
            child.launch()
        except (StartFailed, OSError) as failure:
            self._restarts[name] = plan(restart, now)
            self._say(f"{name} could not be started: {failure}")
            return
        self._restarts[name] = Restart(restart.delay_s, None, now)
        self._say(f"{name} was started again")


def _how(status: int | None) -> str:
    if status is None:
        return "unknown"
    return f"signal {-status}" if status < 0 else f"exit {status}"
