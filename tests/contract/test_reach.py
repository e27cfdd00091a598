"""By reflection over every method: what a token that is restricted to areas may call, and what it is told."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import Message
from ioc.access.v1 import access_pb2
from ioc.indicators.v1.indicators_pb2 import GetLatestValuesResponse, Value
from ioc.registry.v1.registry_pb2 import DeviceChange, ListDeviceHistoryResponse

from services.api_reach import Kept, keep_within, marks_of, reach_by_method, stranger
from services.runtime.rpc_reach import MARKED, PUBLIC
from services.runtime.within import Within
from tests.contract.test_scopes import every_service

HERE = Within(frozenset({"here"}), frozenset({"79"}))
NAMES = re.compile(r"devices?|subjects?|replaced_by|username|area_codes?|areas?|series")
# Fields with such a name that tell nothing that belongs to an area, or stand beside a marked one.
HARMLESS = {
    "ioc.registry.v1.Device.area_code": "of the device that the same message names",
    "ioc.alarms.v1.Alarm.device": "of the area that the same message names",
    "ioc.alarms.v1.Alarm.subject": "likewise",
    "ioc.access.v1.WhoAmIResponse.areas": "the caller's own",
}

METHODS: list[MethodDescriptor] = [
    method
    for service in every_service()
    for method in descriptor_pool.Default().FindServiceByName(service).methods
]
REACH = reach_by_method(every_service())


def path(method: MethodDescriptor) -> str:
    return f"/{method.containing_service.full_name}/{method.name}"


def texts(message: Descriptor) -> Iterator[FieldDescriptor]:
    """Every text field of a message and of those inside it."""
    for field in message.fields:
        if field.message_type is not None:
            yield from texts(field.message_type)
        elif field.type == FieldDescriptor.TYPE_STRING:
            yield field


def is_marked(field: FieldDescriptor) -> bool:
    return bool(field.GetOptions().Extensions[access_pb2.names])


def filled(message: Descriptor, name: str) -> Message:
    """A message in which every marked text, at every depth, is `name`; an area that is "here" is 79."""
    result: Any = message_factory.GetMessageClass(message)()
    fill(result, name)
    return result  # type: ignore[no-any-return]


def fill(message: Any, name: str) -> None:
    for field, kind in marks_of(message.DESCRIPTOR).names:
        text = "79" if (kind, name) == (access_pb2.NAMES_AREA, "here") else name
        if field.is_repeated:
            getattr(message, field.name).append(text)
        else:
            setattr(message, field.name, text)
    for field in marks_of(message.DESCRIPTOR).inside:
        inner = getattr(message, field.name)
        if field.is_repeated:
            inner = inner.add()
        else:
            inner.SetInParent()
        fill(inner, name)


MARKED_METHODS = [method for method in METHODS if REACH[path(method)] == MARKED]


def test_there_are_methods_of_each_kind() -> None:
    assert len(MARKED_METHODS) >= 14
    assert {path(m) for m in METHODS if REACH[path(m)] == PUBLIC} >= {"/ioc.access.v1.TokenService/WhoAmI"}
    assert REACH["/ioc.registry.v1.RegistryService/PutDevices"] == ""


@pytest.mark.parametrize("method", MARKED_METHODS, ids=path)
def test_every_name_of_a_method_within_areas_is_marked(method: MethodDescriptor) -> None:
    for field in [*texts(method.input_type), *texts(method.output_type)]:
        if NAMES.fullmatch(field.name) and field.full_name not in HARMLESS:
            assert is_marked(field), field.full_name
    assert marks_of(method.input_type) or marks_of(method.output_type)


@pytest.mark.parametrize("method", [m for m in METHODS if REACH[path(m)] == PUBLIC], ids=path)
def test_what_everybody_may_call_names_nothing_that_belongs_to_an_area(method: MethodDescriptor) -> None:
    assert not marks_of(method.input_type)
    assert not marks_of(method.output_type)
    for field in [*texts(method.input_type), *texts(method.output_type)]:
        assert not NAMES.fullmatch(field.name) or field.full_name in HARMLESS, field.full_name


@pytest.mark.parametrize("method", MARKED_METHODS, ids=path)
def test_a_request_that_names_a_stranger_is_found(method: MethodDescriptor) -> None:
    if not marks_of(method.input_type):
        return
    found = stranger(filled(method.input_type, "away"), HERE)
    assert found is not None
    assert found[1] == "away"
    assert stranger(filled(method.input_type, "here"), HERE) is None
    assert stranger(filled(method.input_type, ""), HERE) is None


@pytest.mark.parametrize("method", MARKED_METHODS, ids=path)
def test_a_response_tells_nothing_of_strangers(method: MethodDescriptor) -> None:
    strange, own = filled(method.output_type, "away"), filled(method.output_type, "here")
    before = own.SerializeToString()

    kept = keep_within(strange, HERE)

    assert kept is None or b"away" not in strange.SerializeToString()
    assert keep_within(own, HERE) is not None
    assert own.SerializeToString() == before


def test_a_device_that_is_named_like_an_area_is_still_a_device() -> None:
    def values(kind: str) -> Any:
        return GetLatestValuesResponse(values=[Value(subject="79", subject_kind=kind)])

    for kind, left in (("station", 0), ("commune", 1), ("province", 1)):
        response = values(kind)
        assert keep_within(response, HERE) == Kept(left, 1 - left)
        assert len(response.values) == left


def test_a_device_that_is_only_mentioned_is_emptied() -> None:
    response = ListDeviceHistoryResponse(changes=[DeviceChange(replaced_by="away", reason="broken")])

    assert keep_within(response, HERE) == Kept(1, 0)
    assert list(response.changes) == [DeviceChange(reason="broken")]


def test_an_area_is_marked_by_itself() -> None:
    """No device is taken for an area of the same name."""
    file = FileDescriptorProto(name="test/area.proto", package="test", syntax="proto3")
    file.dependency.append("ioc/access/v1/access.proto")
    field = file.message_type.add(name="Asked").field.add(name="area_code", number=1)
    field.type, field.label = FieldDescriptor.TYPE_STRING, FieldDescriptor.LABEL_OPTIONAL
    field.options.Extensions[access_pb2.names] = access_pb2.NAMES_AREA
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    asked: Any = message_factory.GetMessageClass(pool.FindMessageTypeByName("test.Asked"))

    assert stranger(asked(area_code="79"), HERE) is None
    assert stranger(asked(area_code="here"), HERE) == ("area_code", "here")


def test_no_list_or_map_hides_names_from_the_search() -> None:
    """`marks_of` looks into fields, not into maps of messages or Any."""
    for method in METHODS:
        for message in (method.input_type, method.output_type):
            for field in message.fields:
                inner = field.message_type
                assert inner is None or not inner.GetOptions().map_entry
                assert inner is None or inner.full_name != "google.protobuf.Any"
