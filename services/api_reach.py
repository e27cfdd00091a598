"""Tokens that are restricted to areas: what their requests may name and their responses may tell.

One place for every method: the protos mark the fields that name devices and areas (`ioc.access.v1.names`) and
the methods in which all of them are marked (`reach`). Whoever adds a method without a mark has added one that
restricted tokens may not call.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from ioc.access.v1 import access_pb2

from services.runtime.rpc_reach import MARKED, PUBLIC
from services.runtime.within import Within

_REACH = {
    access_pb2.REACH_UNSPECIFIED: "",
    access_pb2.REACH_PUBLIC: PUBLIC,
    access_pb2.REACH_MARKED: MARKED,
}
STATION = "station"  # the subject_kind of devices


class Marks(NamedTuple):
    """The fields of a message type that lead to names; most types have none."""

    names: tuple[tuple[FieldDescriptor, int], ...]  # texts, with what they name
    inside: tuple[FieldDescriptor, ...]  # messages

    def __bool__(self) -> bool:
        return bool(self.names or self.inside)


class Kept(NamedTuple):
    """What became of a response."""

    left: int  # elements of lists that stay
    removed: int  # elements that were left out


def reach_by_method(services: Iterable[str]) -> Mapping[str, str]:
    """`/package.Service/Method` to PUBLIC or MARKED; '' where restricted tokens may not call it.

    Raises:
        KeyError: a service's proto was not imported.
    """
    pool = descriptor_pool.Default()
    return {
        f"/{name}/{method.name}": _REACH[int(method.GetOptions().Extensions[access_pb2.reach])]  # type: ignore[index]
        for name in services
        for method in pool.FindServiceByName(name).methods
    }


def stranger(request: Message, within: Within) -> tuple[str, str] | None:
    """Path and text of the first name in a request that is not within; None where all are."""
    marks = marks_of(request.DESCRIPTOR)
    for field, kind in marks.names:
        for text in _each(request, field):
            if text and kind != access_pb2.NAMES_OTHER_DEVICE and not _is_within(text, kind, "", within):
                return field.name, text
    for field in marks.inside:
        for message in _each(request, field):
            if found := stranger(message, within):
                return f"{field.name}.{found[0]}", found[1]
    return None


def keep_within(response: Message, within: Within) -> Kept | None:
    """Leaves out what is not within; None where that is the response itself. Changes the response."""
    marks = marks_of(response.DESCRIPTOR)
    if any(_is_strange(response, field, kind, within) for field, kind in marks.names):
        return None
    left = removed = 0
    for field in marks.inside:
        messages = list(_each(response, field))
        results = [keep_within(message, within) for message in messages]
        if field.is_repeated:
            kept = [message for message, result in zip(messages, results, strict=True) if result is not None]
            left, removed = left + len(kept), removed + len(messages) - len(kept)
            if len(kept) < len(messages):
                _replace(response, field, kept)
        elif None in results:
            return None
        left += sum(result.left for result in results if result)
        removed += sum(result.removed for result in results if result)
    return Kept(left, removed)


@cache
def marks_of(message: Descriptor) -> Marks:
    """Where names are in messages of this type. No message of ours contains its own type."""
    names, inside = [], []
    for field in message.fields:
        kind = int(field.GetOptions().Extensions[access_pb2.names])  # type: ignore[index]
        if kind:
            names.append((field, kind))
        elif field.message_type is not None and marks_of(field.message_type):
            inside.append(field)
    return Marks(tuple(names), tuple(inside))


def _each(message: Message, field: FieldDescriptor) -> Iterable[Any]:
    if field.is_repeated:
        return tuple(getattr(message, field.name))
    if field.message_type is not None and not message.HasField(field.name):
        return ()
    return (getattr(message, field.name),)


def _is_strange(message: Message, field: FieldDescriptor, kind: int, within: Within) -> bool:
    subject_kind = str(getattr(message, "subject_kind", ""))
    strange = [text for text in _each(message, field) if not _is_within(text, kind, subject_kind, within)]
    if kind == access_pb2.NAMES_OTHER_DEVICE:
        if strange:
            message.ClearField(field.name)
        return False
    return bool(strange)


def _is_within(name: str, kind: int, subject_kind: str, within: Within) -> bool:
    if kind == access_pb2.NAMES_AREA:
        return name in within.areas
    if kind != access_pb2.NAMES_SUBJECT or subject_kind == STATION:
        return name in within.devices
    return name in within.areas if subject_kind else within.has_subject(name)


def _replace(message: Message, field: FieldDescriptor, kept: list[Message]) -> None:
    copies = [type(one).FromString(one.SerializeToString()) for one in kept]
    message.ClearField(field.name)
    getattr(message, field.name).extend(copies)
