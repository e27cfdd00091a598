"""Pages to the end, watches that resume, and what errors say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from haidang_client import Problem, follow, pages, problem_of

from services.runtime.outbox import OutOfRange
from services.runtime.outcome import Unavailable
from services.runtime.rpc_errors import Advice, Exhausted, NotFound, answer


class Failed(grpc.RpcError):  # type: ignore[misc]
    """As the server answers an exception."""

    def __init__(self, error: Exception, advice: Advice) -> None:
        told = answer(error)
        assert told is not None
        self._told, self._advice = told, advice

    def code(self) -> grpc.StatusCode:
        return self._told.code

    def details(self) -> str:
        return self._told.message

    def trailing_metadata(self) -> Any:
        return self._told.trailers(self._advice)


@dataclass
class Response:
    resume_token: str


@dataclass
class Page:
    items: list[int]
    next_page_token: str


SLOW = Failed(Exhausted("slow_client", "too slow", 0.001), Advice("resume"))
AWAY = Failed(Unavailable("away"), Advice("yes", 0.001))
GONE = Failed(OutOfRange("gone"), Advice("anew", 0.0))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("haidang_client.streams.time.sleep", waited.append)
    return waited


def test_pages_end_with_the_empty_token() -> None:
    kept = {"": Page([1, 2], "a"), "a": Page([3], "b"), "b": Page([], "")}

    assert [page.items for page in pages(lambda token: kept[token])] == [[1, 2], [3], []]


def test_a_lost_watch_goes_on_after_its_last_response(no_waiting: list[float]) -> None:
    asked: list[str] = []
    told: list[Problem] = []
    streams: list[list[Response | Failed]] = [
        [Response("1"), SLOW],
        [AWAY],
        [Response("2"), Response("3"), GONE],
    ]

    def ask(token: str) -> Iterator[Response]:
        asked.append(token)
        for one in streams[len(asked) - 1]:
            if isinstance(one, Failed):
                raise one
            yield one

    with pytest.raises(Failed) as ended:
        list(follow(ask, "0", told.append))

    assert ended.value is GONE
    assert asked == ["0", "1", "1"]
    assert [problem.reason for problem in told] == ["slow_client", "not_now"]
    assert no_waiting == [0.5, 1.0]


def test_a_watch_that_never_began_is_not_taken_up_again() -> None:
    def ask(token: str) -> Iterator[Response]:
        raise AWAY
        yield

    with pytest.raises(Failed):
        next(follow(ask))


def test_what_an_error_says() -> None:
    error = Failed(NotFound("series", "unknown_series", "no such"), Advice("no"))

    assert problem_of(error) == Problem(
        grpc.StatusCode.NOT_FOUND, "no such", "unknown_series", "series", "no", None
    )
    assert problem_of(AWAY).again == "yes"
    assert problem_of(AWAY).after_s == 0.001
