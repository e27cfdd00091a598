from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class Reach(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REACH_UNSPECIFIED: _ClassVar[Reach]
    REACH_MARKED: _ClassVar[Reach]
    REACH_PUBLIC: _ClassVar[Reach]

class Names(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NAMES_UNSPECIFIED: _ClassVar[Names]
    NAMES_DEVICE: _ClassVar[Names]
    NAMES_SUBJECT: _ClassVar[Names]
    NAMES_AREA: _ClassVar[Names]
    NAMES_OTHER_DEVICE: _ClassVar[Names]
REACH_UNSPECIFIED: Reach
REACH_MARKED: Reach
REACH_PUBLIC: Reach
NAMES_UNSPECIFIED: Names
NAMES_DEVICE: Names
NAMES_SUBJECT: Names
NAMES_AREA: Names
NAMES_OTHER_DEVICE: Names
SCOPE_FIELD_NUMBER: _ClassVar[int]
scope: _descriptor.FieldDescriptor
REACH_FIELD_NUMBER: _ClassVar[int]
reach: _descriptor.FieldDescriptor
NAMES_FIELD_NUMBER: _ClassVar[int]
names: _descriptor.FieldDescriptor
