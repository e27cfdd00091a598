"""Lines as Mosquitto 2.0.11 wrote them, and as strangers would like them to read."""

from datetime import UTC, datetime, timedelta

from services.registry.broker_log import MOST_KEYS, REST, Event, Key, Reader, Tally, counted

AT = "2026-11-23T07:24:12: "
TIME = datetime(2026, 11, 23, 7, 24, 12, tzinfo=UTC)
B = "ioc/v1/s0/devices/b/telemetry"


def seen(*lines: str, reader: Reader | None = None) -> list[tuple[str, str, str, str]]:
    mine = reader or Reader(kinds={"a": "device", "g": "gateway"})
    events = list(mine.read((AT + line for line in lines), UTC))
    assert all(event.at == TIME for event in events)
    return [event[1:] for event in events]


def arrival(client: str, user: str, port: int = 54730) -> list[str]:
    return [
        f"New connection from 127.0.0.1:{port} on port 31999.",
        f"New client connected from 127.0.0.1:{port} as {client} (p2, c1, k60, u'{user}').",
    ]


def denied(client: str, topic: str = B) -> str:
    return f"Denied PUBLISH from {client} (d0, q1, r0, m1, '{topic}', ... (1 bytes))"


def test_a_denied_publish_names_user_client_and_topic() -> None:
    lines = [*arrival("cli:a b", "a"), "Sending CONNACK to cli:a b (0, 0)", denied("cli:a b")]
    assert seen(*lines) == [("denied_publish", "a", "cli:a b", B)]


def test_a_client_that_we_did_not_see_connect_has_no_user() -> None:
    assert seen(denied("old")) == [("denied_publish", "", "old", B)]


def test_a_subscription_is_denied_by_our_own_judgement() -> None:
    lines = [
        *arrival("suba", "a"),
        "suba 1 ioc/v1/s0/devices/b/commands",
        "suba 1 ioc/v1/s0/devices/a/commands",
        *arrival("gw 1 x", "g", 2),
        "gw 1 x 1 ioc/v1/#",
        "Loading config file /x/live/listening.conf",
    ]
    assert seen(*lines) == [("denied_subscribe", "a", "suba", "ioc/v1/s0/devices/b/commands")]


def test_the_address_of_a_refused_connection_is_told_where_it_is_certain() -> None:
    refused = "Client <unknown> disconnected, not authorised."
    first, second = (f"New connection from 10.0.0.{n}:99 on port 1883." for n in (1, 2))
    assert seen(first, refused) == [("refused_connect", "", "10.0.0.1", "")]
    assert seen(first, second, refused) == [("refused_connect", "", "", "")]
    newer = "Client auto-1 [10.0.0.7:1234] disconnected: not authorised."
    assert seen(newer) == [("refused_connect", "", "10.0.0.7", "")]


def test_who_left_is_forgotten() -> None:
    reader = Reader(kinds={"a": "device"})
    seen(*arrival("x", "a"), *arrival("x disconnected", "a", 2), reader=reader)
    seen("Client x disconnected closed its connection.", reader=reader)
    assert list(reader.users) == ["x"]
    seen("Client x disconnected.", reader=reader)
    assert reader.users == {}


def test_names_like_lines_of_the_log_hide_nothing() -> None:
    topic = "x (d0, q1, r0, m1, 'y', ... (1 bytes))"
    assert seen(*arrival("c", "a"), denied("c", topic)) == [("denied_publish", "a", "c", topic)]
    odd = "c (d0, q1, r0, m1, 'y"
    assert seen(*arrival(odd, "a"), denied(odd)) == [("denied_publish", "a", odd, B)]
    for name in ("Received PUBLISH", "Client z", "New client connected from q", "\tx"):
        lines = [*arrival(name, "a"), f"{name} 1 #"]
        assert seen(*lines) == [("denied_subscribe", "a", name, "#")], name
    posing = "y (p2, c1, k60, u'g')"
    assert seen(*arrival(posing, "a"), f"{posing} 0 ioc/v1/#")[0][1] == "a"


def test_other_lines_say_nothing() -> None:
    assert seen("Received PUBLISH from a (d0, q1, r0, m1, 'x', ... (1 bytes))", "mosquitto 1 #", "") == []
    assert list(Reader().read(["", "no time", "1795418944: Loading config file"], UTC)) == []


def test_events_are_counted_by_minute_and_a_flood_of_names_is_few_rows() -> None:
    tallies: dict[Key, Tally] = {}
    once = Event(TIME, "denied_publish", "a", "c", B)
    counted([once, once._replace(at=TIME + timedelta(seconds=3))], tallies)
    key = Key(TIME.replace(second=0), "denied_publish", "a", "c", B)
    assert tallies == {key: Tally(2, TIME, TIME + timedelta(seconds=3))}
    counted((once._replace(topic=str(n)) for n in range(5 * MOST_KEYS)), tallies)
    assert len(tallies) == MOST_KEYS + 1
    rest = tallies[Key(key.minute, "denied_publish", REST, REST, REST)]
    assert sum(tally.times for tally in tallies.values()) == 5 * MOST_KEYS + 2
    assert rest.times > 1


def test_digits_that_are_no_time_are_passed_over() -> None:
    forged = "0000-00-00T00:00:00: Client b disconnected, not authorised."
    assert list(Reader(kinds={}).read([forged], UTC)) == []
