"""The form in which facts travel is a contract with every follower."""

import msgspec

from services.runtime.bus import Envelope, exchange_of


def test_an_envelope_wraps_the_body_as_it_is() -> None:
    envelope = Envelope("e", 7, "0" * 32, "telemetry.stored", msgspec.Raw(b'{"tr\xe1\xba\xa1m":1}'))
    assert msgspec.json.encode(envelope) == (
        b'{"epoch":"e","position":7,"trace_id":"' + b"0" * 32 + b'","fact":"telemetry.stored",'
        b'"body":{"tr\xe1\xba\xa1m":1}}'
    )


def test_facts_go_to_the_exchange_that_nameko_listens_to() -> None:
    exchange = exchange_of("telemetry")
    assert (exchange.name, exchange.type, exchange.durable) == ("telemetry.events", "topic", True)
    assert Envelope("e", 1, "", "telemetry.stored", msgspec.Raw(b"{}")).context == "telemetry"
