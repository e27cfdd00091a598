"""What may be declared of a source, when one is asked again, and whose host hears of it."""

from __future__ import annotations

import pytest

from services.records.pulling import BadSources, Breaker, BreakerState, Source, next_cursor, parse_sources

ONE = """
[[source]]
name = "onestop"
url = "https://onestop.example:8443/api/events?since={cursor}"
mapping = "onestop.toml"
next_cursor = "paging.next"
secret_headers = {Authorization = "onestop-token"}
"""


def source(**changed: object) -> Source:
    (one,) = parse_sources(ONE)
    return Source(**{name: getattr(one, name) for name in one.__struct_fields__} | changed)  # type: ignore[arg-type]


def test_a_source_is_read_as_it_stands() -> None:
    one = source()
    assert one.host == "onestop.example:8443"
    assert one.secret_headers == {"Authorization": "onestop-token"}


@pytest.mark.parametrize("cursor", ["42", "", "//evil.example/", "@evil.example/?", "a b&c=d#e"])
def test_a_cursor_leads_to_no_other_host(cursor: str) -> None:
    address = source(url="https://onestop.example/{cursor}/events").address(cursor)
    assert address.startswith("https://onestop.example/")
    assert address.endswith("/events")
    assert not set("&#@? ") & set(address)


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ("https://", "ftp://", "onestop.url"),
        ("?since={cursor}", "", "onestop.url"),
        ("onestop.example:8443/api", "{cursor}.example/api", "onestop.url: one host"),
        ("https://onestop", "https://user:secret@onestop", "secret_headers"),
        ('"onestop-token"', '"../../etc/passwd"', "letters, digits and dashes"),
        ('name = "onestop"', 'name = "một cửa"', "letters, digits and dashes"),
        ('next_cursor = "paging.next"', 'next_cursor = "n"\nevery_s = 0.0', "every_s: above 0"),
        ('next_cursor = "paging.next"', 'next_cursor = "n"\nheaders_file = "x"', "headers_file"),
        ("[[source]]", f"{ONE}[[source]]", "the same name"),
    ],
)
def test_what_cannot_be_is_named(was: str, becomes: str, named: str) -> None:
    assert was in ONE
    with pytest.raises(BadSources, match=named):
        parse_sources(ONE.replace(was, becomes, 1))


def test_failures_wait_longer_and_longer_and_the_fifth_opens() -> None:
    one, breaker, waits = source(), Breaker(), []
    for _ in range(7):
        breaker = breaker.failed(one, 1000.0)
        waits.append(breaker.until - 1000.0)
    assert waits == [1, 2, 4, 8, 60, 120, 240]
    assert Breaker(40).failed(one, 0.0).until == 3600


def test_a_breaker_is_half_open_when_its_rest_is_over() -> None:
    one, breaker = source(rest_s=10.0), Breaker(4)
    assert breaker.state(0.0) is BreakerState.CLOSED
    opened = breaker.failed(one, 0.0)
    assert (opened.state(9.9), opened.state(10.0)) == (BreakerState.OPEN, BreakerState.HALF_OPEN)
    assert opened.failed(one, 10.0).state(29.9) is BreakerState.OPEN


@pytest.mark.parametrize(
    ("answer", "cursor"),
    [
        ({"paging": {"next": "c2"}}, "c2"),
        ({"paging": {"next": 7}}, "7"),
        ({"paging": {"next": None}}, ""),
        ({"paging": {"next": True}}, ""),
        ({"paging": []}, ""),
        ([], ""),
    ],
)
def test_the_next_cursor_is_where_it_is_said_to_be(answer: object, cursor: str) -> None:
    assert next_cursor(answer, "paging.next") == cursor
