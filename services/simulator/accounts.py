"""Owns the sum that must add up: what was received, and the six things that may have become of it."""

from dataclasses import asdict, dataclass, fields

SIX = ("stored", "duplicate", "corrected", "conflicting", "quarantined", "skipped")


@dataclass(frozen=True, slots=True)
class Account:
    """Readings by what became of them; a message that could not be read as readings counts one."""

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    corrected: int = 0
    conflicting: int = 0
    quarantined: int = 0
    skipped: int = 0

    @property
    def accounted(self) -> int:
        """The sum of the six."""
        return sum(getattr(self, name) for name in SIX)

    def since(self, earlier: "Account") -> "Account":
        """What was added after `earlier`."""
        return Account(
            **{field.name: getattr(self, field.name) - getattr(earlier, field.name) for field in fields(self)}
        )

    def as_dict(self) -> dict[str, int]:
        return asdict(self)
