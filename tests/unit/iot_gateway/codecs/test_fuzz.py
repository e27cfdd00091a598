"""Whatever the bytes, a format answers with reports or a refusal of a known reason. It never raises."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iot_gateway.codecs.catalogue import find_formats
from iot_gateway.codecs.codec import Report
from iot_gateway.samples import Refused
from tests.unit.iot_gateway.reasons import REASONS

FORMATS = find_formats()
GOLDEN = Path(__file__).parent / "golden"
NOW = 1_793_000_000_000
MOST = 50

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
LABELS = (
    "bn bt bu bv bs bver n u v vs vb vd s t ut x_ ts values qc rev object time deviceInfo devEui rxInfo fCnt "
    "deduplicationId uplink_message end_device_ids device_id decoded_payload normalized_payload received_at "
    "settings f_cnt"
)
labels = st.sampled_from(LABELS.split())
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(labels | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=25,
)
packs = st.lists(st.dictionaries(st.integers(-8, 10), scalars, max_size=6), max_size=6)


def check(name: str, payload: bytes) -> None:
    found = FORMATS[name].decode(payload, NOW, MOST)
    if isinstance(found, Refused):
        assert found.reason in REASONS
        assert re.fullmatch("[a-z][a-z0-9_]+", found.reason)
        return
    assert found
    readings = 0
    for report in found:
        if isinstance(report, Refused):
            assert report.reason in REASONS
            readings += 1
        else:
            assert isinstance(report, Report)
            assert report.sample.values
            assert all(isinstance(field, str) for field in report.sample.values)
            assert isinstance(report.sample.observed_at_ms, int | None)
            assert set(report.units) <= set(report.sample.values)
            readings += len(report.sample.values)
    assert readings <= MOST


@pytest.mark.parametrize("name", sorted(FORMATS))
@given(payload=st.binary(max_size=200))
def test_any_bytes(name: str, payload: bytes) -> None:
    check(name, payload)


@settings(max_examples=150)
@given(document=documents)
def test_any_document(document: object) -> None:
    binary, text = cbor2.dumps(document), json.dumps(document).encode()
    for name in FORMATS:  # a document takes longer to make up than to read
        check(name, binary if name.endswith("cbor") else text)


@settings(max_examples=200)
@given(pack=packs)
def test_any_pack(pack: list[dict[int, object]]) -> None:
    check("senml-cbor", cbor2.dumps(pack))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_mutated_payloads(name: str) -> None:
    chance = random.Random(20_261_123)
    cases = [path.read_bytes() for path in (GOLDEN / name).iterdir() if path.suffix != ".expected"]
    for _ in range(1500):
        payload = bytearray(chance.choice(cases))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(payload) + 1)
            match chance.randrange(4):
                case 0:
                    payload[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del payload[at : at + chance.randint(1, 9)]
                case 2:
                    payload[at:at] = chance.choice(cases)[: chance.randint(1, 40)]
                case _:
                    payload[at:at] = chance.choice(
                        [b"null", b"-1e999", b"{}", b"[", b'"', b"\xf9\x7c\x00", b"\xff"]
                    )
        check(name, bytes(payload))


HOSTILE = {
    "deep arrays": b"[" * 60_000,
    "deep objects": b'{"object":' * 5_000 + b"1" + b"}" * 5_000,
    "digits": b'[{"n":"a","v":' + b"9" * 10_000 + b"}]",
    "huge exponent": b'[{"n":"a","t":1e308,"bt":1e308,"v":1e400}]',
    "lone surrogate": rb'[{"n":"\ud800","v":1}]',
    "huge CBOR array": bytes.fromhex("9bffffffffffffffff"),
    "huge CBOR text": bytes.fromhex("7bffffffffffffffff"),
    "deep CBOR": b"\x81" * 60_000,
    "CBOR that holds itself": bytes.fromhex("d81c81d81d00"),
    "CBOR with an expression": b"\x81\xa2\x00\xd8\x23\x65(a+)+\x02\x01",
    "huge decimal": bytes.fromhex("81a2006161 02c4821b00ffffffffffffff01".replace(" ", "")),
    "huge bigfloat": bytes.fromhex("81a200616102c5821b00ffffffffffffff01"),
    "bignum": b"\x81\xa2\x00\x61a\x02\xc2\x59\x03\xe8" + b"\xff" * 1000,
    "bignum for a time": b"\x81\xa3\x00\x61a\x02\x01\x06\xc2\x59\x03\xe8" + b"\xff" * 1000,
    "many records": b"[" + b'{"n":"a","v":1},' * 5_000 + b'{"n":"a","v":1}]',
    "sums double a pack": b"[" + b'{"n":"a","v":1,"s":1},' * 29 + b'{"n":"a","v":1,"s":1}]',
}


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_payloads(name: str, payload: bytes) -> None:
    check(name, payload)
