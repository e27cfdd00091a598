"""Before the start: leftovers of an earlier one are ended, and every port is free."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from services.local.ports import holder, is_taken, setting_name
from services.local.stack import Stack


class PortTaken(Exception):
    """A port belongs to somebody else; the text says to whom and how to choose another."""


def end_leftovers(stack: Stack, say: Callable[[str], None]) -> None:
    """A start that was killed leaves its children; only those that we wrote down are ended."""
    children = stack.children()
    with ThreadPoolExecutor(len(children)) as pool:
        found = list(pool.map(lambda child: child.reclaim(), children.values()))
    left = [name for name, was_there in zip(children, found, strict=True) if was_there]
    if left:
        say(f"left over from an earlier start that was killed, and ended now: {', '.join(left)}")


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
