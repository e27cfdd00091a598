"""When the broker may say more, and when a flooding device is shut out. Pure decisions; `now` comes in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

# docs/adr/0006: a message costs the broker 18 µs, with log_type debug 21 µs more, four lines, 345 bytes.
# Below this rate that is under 5 % of a core; above it, denied publishes are looked at from time to time.
MOST_LINES_S = 8_000
FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 300.0


@dataclass(frozen=True, slots=True)
class Listening:
    """Whether the broker tells of denied publishes now; `until` (monotonic s) this is not looked at again."""

    is_on: bool = True
    until: float = 0.0
    pause_s: float = FIRST_PAUSE_S


def listen(state: Listening, lines_s: float, now: float) -> Listening:
    """The next state, after a look that found `lines_s` log lines a second."""
    if state.is_on and lines_s > MOST_LINES_S:
        return Listening(False, now + state.pause_s, min(state.pause_s * 2, LONGEST_PAUSE_S))
    if not state.is_on and now >= state.until:
        return replace(state, is_on=True, until=now + state.pause_s)
    if state.is_on and now >= state.until and state.pause_s > FIRST_PAUSE_S:
        return Listening(True)  # it went well for as long as the last pause: begin with short ones again
    return state


class Excess(NamedTuple):
    """Readings of a device beyond its rate in one minute of receipt."""

    device: str
    minute: datetime
    readings: int


def flooding(excess: Iterable[Excess], most: int, minutes: int) -> dict[str, int]:
    """Devices with more than `most` readings beyond their rate in each of at least `minutes` minutes.

    One burst after a cut line is no flood. The value is the sum of those minutes.
    """
    beyond: dict[str, list[int]] = defaultdict(list)
    for device, _, readings in excess:
        if readings > most:
            beyond[device].append(readings)
    return {device: sum(found) for device, found in beyond.items() if len(found) >= minutes}
