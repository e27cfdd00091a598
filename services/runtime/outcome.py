"""The ways in which handling a message can end, other than done."""

from dataclasses import dataclass


class Unavailable(Exception):
    """Not now: do not acknowledge, come back later."""


@dataclass
class Rejected(Exception):
    """Never: keep the bytes with the reason, count it, acknowledge."""

    reason: str  # stable code, for example "unknown_device"
    field: str = ""  # the field to blame; empty where it is the whole message
    detail: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.reason, self.field, self.detail) if part)
