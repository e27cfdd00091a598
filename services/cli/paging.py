"""Reading pages until there are no more, or enough."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def pages(ask: Callable[[str], Any]) -> Iterator[Any]:
    """The answers of `ask(page_token)`, from the first page to the last."""
    token = ""
    while True:
        page = ask(token)
        yield page
        token = page.next_page_token
        if not token:
            return


def in_groups(items: list[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
