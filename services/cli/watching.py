"""Streams that go on: after a lost connection they resume where they were."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from haidang_client import Problem
from haidang_client import follow as resume

from services.cli import words
from services.cli.client import Session
from services.cli.output import note

FIRST_RETRY_S, LONGEST_RETRY_S = 0.5, 5.0
_RESUMABLE = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED})

Ask = Callable[[str], Any]  # resume token → stream of responses


def follow(session: Session, ask: Ask, resume_token: str) -> Iterator[Any]:
    """Responses without end; a connection that is lost is taken up again with the last token.

    Raises:
        CommandError: the stream ended for a reason that resuming does not mend.
    """

    def tell(problem: Problem) -> None:
        note(words.message("resuming", session.language, detail=problem.message))

    with session.explained():
        yield from resume(ask, resume_token, tell)


def resumable(session: Session, ask: Callable[[], Any]) -> Iterator[Any]:
    """Responses of a stream that ends by itself and opens with how things stand; a lost connection is taken
    up again, so the first response may come twice.

    Raises:
        CommandError: the stream failed for a reason that asking again does not mend.
    """
    retry_s, begun = FIRST_RETRY_S, False
    while True:
        try:
            for response in ask():
                begun, retry_s = True, FIRST_RETRY_S
                yield response
            return
        except grpc.RpcError as error:
            lost: Any = error
            if lost.code() not in _RESUMABLE or not begun:
                raise session.explain(lost) from error
            note(words.message("resuming", session.language, detail=lost.details()))
        time.sleep(retry_s)
        retry_s = min(LONGEST_RETRY_S, retry_s * 2)
