from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AreaLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AREA_LEVEL_UNSPECIFIED: _ClassVar[AreaLevel]
    AREA_LEVEL_PROVINCE: _ClassVar[AreaLevel]
    AREA_LEVEL_DISTRICT: _ClassVar[AreaLevel]
    AREA_LEVEL_COMMUNE: _ClassVar[AreaLevel]
AREA_LEVEL_UNSPECIFIED: AreaLevel
AREA_LEVEL_PROVINCE: AreaLevel
AREA_LEVEL_DISTRICT: AreaLevel
AREA_LEVEL_COMMUNE: AreaLevel

class Unit(_message.Message):
    __slots__ = ("code", "name_vi", "name_en", "level", "parent_code", "valid_from", "valid_to", "population", "boundary_geojson")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    PARENT_CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    POPULATION_FIELD_NUMBER: _ClassVar[int]
    BOUNDARY_GEOJSON_FIELD_NUMBER: _ClassVar[int]
    code: str
    name_vi: str
    name_en: str
    level: AreaLevel
    parent_code: str
    valid_from: str
    valid_to: str
    population: int
    boundary_geojson: str
    def __init__(self, code: _Optional[str] = ..., name_vi: _Optional[str] = ..., name_en: _Optional[str] = ..., level: _Optional[_Union[AreaLevel, str]] = ..., parent_code: _Optional[str] = ..., valid_from: _Optional[str] = ..., valid_to: _Optional[str] = ..., population: _Optional[int] = ..., boundary_geojson: _Optional[str] = ...) -> None: ...

class PutUnitsRequest(_message.Message):
    __slots__ = ("units",)
    UNITS_FIELD_NUMBER: _ClassVar[int]
    units: _containers.RepeatedCompositeFieldContainer[Unit]
    def __init__(self, units: _Optional[_Iterable[_Union[Unit, _Mapping]]] = ...) -> None: ...

class PutUnitsResponse(_message.Message):
    __slots__ = ("written",)
    WRITTEN_FIELD_NUMBER: _ClassVar[int]
    written: int
    def __init__(self, written: _Optional[int] = ...) -> None: ...

class ListUnitsRequest(_message.Message):
    __slots__ = ("on_date", "with_boundaries", "page_size", "page_token")
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    WITH_BOUNDARIES_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    on_date: str
    with_boundaries: bool
    page_size: int
    page_token: str
    def __init__(self, on_date: _Optional[str] = ..., with_boundaries: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListUnitsResponse(_message.Message):
    __slots__ = ("units", "next_page_token")
    UNITS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    units: _containers.RepeatedCompositeFieldContainer[Unit]
    next_page_token: str
    def __init__(self, units: _Optional[_Iterable[_Union[Unit, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
