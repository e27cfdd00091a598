"""Asking for many in groups of as many as one call takes."""

from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def in_groups(items: list[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
