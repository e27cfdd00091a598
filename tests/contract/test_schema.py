"""What no proto of ours does: money as a floating-point number, a 0 for what is absent, unheard-of scopes."""

import re
from collections.abc import Iterator

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from services.registry.tokens_domain import Grant, token_faults
from tests.contract.test_scopes import LONG_AGO, SCOPES, every_service

MONEY = re.compile(r".*(price|cost|amount|money|fee|tariff|budget|vnd|currency).*")
# Numbers that are always there: without them their message is not sent.
ALWAYS_THERE = {
    "ioc.alarms.v1.Episode.peak",
    "ioc.alarms.v1.RuleExample.peak",
    "ioc.telemetry.v1.LatestReading.value",
    "ioc.telemetry.v1.RevisedReading.value",
    "ioc.telemetry.v1.RevisedReading.standing_value",
    "ioc.records.v1.PulledSource.every_s",
    "ioc.registry.v1.Device.longitude",
    "ioc.registry.v1.Device.latitude",
}


def fields() -> Iterator[FieldDescriptor]:
    """Every field of every message that a method takes or answers."""
    seen: set[str] = set()

    def inside(message: Descriptor) -> Iterator[FieldDescriptor]:
        if message.full_name in seen or not message.full_name.startswith("ioc."):
            return
        seen.add(message.full_name)
        for field in message.fields:
            yield field
            if field.message_type is not None:
                yield from inside(field.message_type)

    for service in every_service():
        for method in descriptor_pool.Default().FindServiceByName(service).methods:
            yield from inside(method.input_type)
            yield from inside(method.output_type)


def floating() -> list[FieldDescriptor]:
    kinds = (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT)
    return [field for field in fields() if field.type in kinds]


def test_money_is_never_a_floating_point_number() -> None:
    assert not [field.full_name for field in floating() if MONEY.fullmatch(field.name)]


def test_a_measured_number_that_may_be_missing_can_be_absent() -> None:
    may_lie = {f.full_name for f in floating() if not f.is_repeated and not f.has_presence}

    assert may_lie == ALWAYS_THERE


def test_every_scope_is_one_that_a_token_can_be_given() -> None:
    assert token_faults(Grant("all", frozenset(SCOPES.values())), LONG_AGO) == []
