"""Limits that several requests have in common."""

from services.runtime.rpc_errors import InvalidRequest


def check_text(field: str, text: str) -> None:
    """PostgreSQL's text cannot hold U+0000."""
    if "\0" in text:
        raise InvalidRequest([(field, "control_character", "remove the character U+0000")])


def limit(field: str, count: int, most: int) -> None:
    """At most so many in one call."""
    if count > most:
        raise InvalidRequest([(field, "too_many", f"name at most {most} a call, got {count}")])
