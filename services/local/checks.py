"""Before the start: leftovers of an earlier one are ended, and every port is free."""

from collections.abc import Callable

from services.local.ports import holder, is_taken, setting_name
from services.local.stack import Stack


class PortTaken(Exception):
    """A port belongs to somebody else; the text says to whom and how to choose another."""


def end_leftovers(stack: Stack, say: Callable[[str], None]) -> None:
    """A start that was killed leaves its children; only those that we wrote down are ended."""
    for name, child in stack.children().items():
        if child.reclaim():
            say(f"ended a {name} that was left over from an earlier start")


def require_free_ports(stack: Stack) -> None:
    """Raises PortTaken with one line for each port in use."""
    lines = [
        _taken(setting_name(name), port) for name, port in stack.ports.as_dict().items() if is_taken(port)
    ]
    if lines:
        every = "or move all ports: `make run PORT_OFFSET=100`"
        raise PortTaken("\n  ".join(["These ports are taken:", *lines, every]))


def _taken(setting: str, port: int) -> str:
    who = holder(port) or "a process that we may not look at"
    return f"{port} by {who}; choose another with `make run {setting}={port + 1000}`"
