"""Lists page by page, and watches that are taken up again where they were."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

import grpc

from haidang_client.errors import Problem, problem_of

FIRST_RETRY_S, LONGEST_RETRY_S = 0.5, 5.0


class Page(Protocol):
    """An answer of a list."""

    next_page_token: str


class Watched(Protocol):
    """A response of a watch."""

    resume_token: str


AnyPage = TypeVar("AnyPage", bound=Page)
AnyWatched = TypeVar("AnyWatched", bound=Watched)


def pages(ask: Callable[[str], AnyPage]) -> Iterator[AnyPage]:
    """The answers of `ask(page_token)`, from the first page to the last."""
    token = ""
    while True:
        page = ask(token)
        yield page
        token = page.next_page_token
        if not token:
            return


def follow(
    ask: Callable[[str], Iterable[AnyWatched]],
    resume_token: str = "",
    on_lost: Callable[[Problem], None] = lambda problem: None,
) -> Iterator[AnyWatched]:
    """Responses of `ask(resume_token)` without end; a lost stream is taken up again after the last response.

    Raises:
        grpc.RpcError: the stream ended for a reason that resuming does not mend, or never began.
    """
    retry_s = FIRST_RETRY_S
    while True:
        try:
            for response in ask(resume_token):
                yield response
                resume_token, retry_s = response.resume_token, FIRST_RETRY_S
        except grpc.RpcError as error:
            problem = problem_of(error)
            if problem.again not in ("yes", "resume") or not resume_token:
                raise
            on_lost(problem)
            retry_s = max(retry_s, problem.after_s or 0.0)
        time.sleep(retry_s)
        retry_s = min(LONGEST_RETRY_S, retry_s * 2)
