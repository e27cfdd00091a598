"""Owns chance without state: numbers and smooth curves that depend on nothing but their key and the time."""

import hashlib
import math


def share(*key: object) -> float:
    """A number in [0, 1) for `key`, always the same."""
    digest = hashlib.blake2b(":".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def wave(key: str, time_s: float, period_s: float) -> float:
    """A smooth random curve in [-1, 1] that turns about every `period_s` seconds."""
    step = math.floor(time_s / period_s)
    within = time_s / period_s - step
    before, after = share(key, step), share(key, step + 1)
    eased = within * within * (3 - 2 * within)
    return 2 * (before + (after - before) * eased) - 1


def bell(value: float, centre: float, width: float, cycle: float = 24.0) -> float:
    """A bump in (0, 1] around `centre` on a circle of length `cycle`, by default the hours of a day."""
    away = (value - centre + cycle / 2) % cycle - cycle / 2
    return math.exp(-((away / width) ** 2))
