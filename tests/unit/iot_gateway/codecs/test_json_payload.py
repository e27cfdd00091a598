"""The JSON payload: what it says, and the word for what it does not."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.codecs.json_payload import decode, decode_plain
from iot_gateway.samples import Refused, Sample

TS = 1_763_000_000_000


def one(payload: bytes) -> Sample | Refused:
    decoded = decode(payload, 1000)
    if isinstance(decoded, Refused):
        return decoded
    assert len(decoded) == 1
    return decoded[0]


def test_time_and_values() -> None:
    assert one(b'{"ts": 1763000000000, "values": {"pm25": 12.3}}') == Sample({"pm25": 12.3}, TS)


def test_bare_map_has_no_time() -> None:
    assert one(b'{"pm25": 12.3, "pm10": 4}') == Sample({"pm25": 12.3, "pm10": 4})


def test_array_keeps_its_order_and_its_bad_elements() -> None:
    decoded = decode(b'[{"ts": 1, "values": {"a": 1}}, 5, {"b": 2}]', 1000)
    assert decoded == [
        Sample({"a": 1}, 1),
        Refused("wrong_type", "", "expected an object, got a number"),
        Sample({"b": 2}),
    ]


def test_revision_and_flags() -> None:
    payload = b'{"ts": 1, "rev": 3, "values": {"a": null, "b": 2}, "qc": {"a": "Missing", "c": "Invalid"}}'
    assert one(payload) == Sample({"a": None, "b": 2, "c": None}, 1, 3, {"a": "Missing", "c": "Invalid"})


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b'{"a": 1}}', "malformed_json"),
        (b"[" * 100_000, "malformed_json"),
        (b"1" * 5000, "malformed_json"),
        (b'{"a": "\xff"}', "invalid_utf8"),
        (b"\xfe\xff", "invalid_utf8"),
        (b"null", "wrong_type"),
        (b'"text"', "wrong_type"),
        (b'{"values": 5}', "wrong_type"),
        (b'{"values": [1]}', "wrong_type"),
        (b'{"ts": "now", "values": {"a": 1}}', "wrong_type"),
        (b'{"ts": true, "values": {"a": 1}}', "wrong_type"),
        (b'{"ts": 1.5, "values": {"a": 1}}', "wrong_type"),
        (b'{"rev": -1, "values": {"a": 1}}', "wrong_type"),
        (b'{"rev": 2147483648, "values": {"a": 1}}', "wrong_type"),
        (b'{"qc": {"a": 1}, "values": {"a": 1}}', "wrong_type"),
        (b"{}", "no_values"),
        (b"[]", "no_values"),
        (b'{"ts": 1, "values": {}}', "no_values"),
    ],
)
def test_what_cannot_be_read_has_its_reason(payload: bytes, reason: str) -> None:
    refused = one(payload)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


def test_too_many_readings() -> None:
    payload = json.dumps([{"ts": n, "values": {"a": 1, "b": 2}} for n in range(6)]).encode()
    refused = decode(payload, 11)
    assert isinstance(refused, Refused)
    assert refused.reason == "too_many_readings"


def test_nan_is_left_for_admission_to_name() -> None:
    sample = one(b'{"ts": 1, "values": {"a": NaN, "b": 1}}')
    assert isinstance(sample, Sample)
    assert math.isnan(sample.values["a"])  # type: ignore[arg-type]


def test_whole_float_is_a_time() -> None:
    assert one(b'{"ts": 1.763e12, "values": {"a": 1}}') == Sample({"a": 1}, TS)


plain_payloads = st.fixed_dictionaries(
    {
        "values": st.dictionaries(
            st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False) | st.integers()
        )
    },
    optional={"ts": st.integers() | st.none(), "rev": st.integers(-2, 5)},
)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ts", "values", "rev", "qc", "a", "\x00"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(plain_payloads | any_json)
def test_the_quick_reader_reads_what_the_careful_one_reads(document: object) -> None:
    payload = json.dumps(document).encode()
    plain = decode_plain(payload)
    if plain is not None:
        [careful] = decode(payload, 1000)
        as_stored = {channel: float(value) for channel, value in careful.values.items()}  # admission's step
        assert replace(careful, values=as_stored) == Sample(plain.values, plain.ts, plain.rev)


@given(st.binary(max_size=60) | any_json.map(lambda document: json.dumps(document).encode()))
def test_anything_is_answered(payload: bytes) -> None:
    decode_plain(payload)
    decoded = decode(payload, 10)
    assert isinstance(decoded, Refused) or decoded


def test_lone_surrogates_and_nul_pass_as_names() -> None:
    assert one(b'{"\\u0000": 1, "\\ud800": 2}') == Sample({"\x00": 1, "\ud800": 2})
