import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WallReport(_message.Message):
    __slots__ = ("at", "board", "behind_ms", "clock_offset_ms", "heap_bytes", "fps", "build", "width", "height")
    AT_FIELD_NUMBER: _ClassVar[int]
    BOARD_FIELD_NUMBER: _ClassVar[int]
    BEHIND_MS_FIELD_NUMBER: _ClassVar[int]
    CLOCK_OFFSET_MS_FIELD_NUMBER: _ClassVar[int]
    HEAP_BYTES_FIELD_NUMBER: _ClassVar[int]
    FPS_FIELD_NUMBER: _ClassVar[int]
    BUILD_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    board: str
    behind_ms: int
    clock_offset_ms: int
    heap_bytes: int
    fps: int
    build: str
    width: int
    height: int
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., board: _Optional[str] = ..., behind_ms: _Optional[int] = ..., clock_offset_ms: _Optional[int] = ..., heap_bytes: _Optional[int] = ..., fps: _Optional[int] = ..., build: _Optional[str] = ..., width: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class Wall(_message.Message):
    __slots__ = ("wall", "name", "boards", "seconds", "pushed", "language", "paired_at", "connected_since", "seen_at", "report", "incident", "revision")
    WALL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BOARDS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    PUSHED_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PAIRED_AT_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_SINCE_FIELD_NUMBER: _ClassVar[int]
    SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    wall: int
    name: str
    boards: _containers.RepeatedScalarFieldContainer[str]
    seconds: int
    pushed: str
    language: str
    paired_at: _timestamp_pb2.Timestamp
    connected_since: _timestamp_pb2.Timestamp
    seen_at: _timestamp_pb2.Timestamp
    report: WallReport
    incident: int
    revision: int
    def __init__(self, wall: _Optional[int] = ..., name: _Optional[str] = ..., boards: _Optional[_Iterable[str]] = ..., seconds: _Optional[int] = ..., pushed: _Optional[str] = ..., language: _Optional[str] = ..., paired_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., connected_since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., report: _Optional[_Union[WallReport, _Mapping]] = ..., incident: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class Incident(_message.Message):
    __slots__ = ("incident", "walls", "board", "text_vi", "text_en", "began_at", "began_by")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    WALLS_FIELD_NUMBER: _ClassVar[int]
    BOARD_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    BEGAN_AT_FIELD_NUMBER: _ClassVar[int]
    BEGAN_BY_FIELD_NUMBER: _ClassVar[int]
    incident: int
    walls: _containers.RepeatedScalarFieldContainer[int]
    board: str
    text_vi: str
    text_en: str
    began_at: _timestamp_pb2.Timestamp
    began_by: str
    def __init__(self, incident: _Optional[int] = ..., walls: _Optional[_Iterable[int]] = ..., board: _Optional[str] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ..., began_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., began_by: _Optional[str] = ...) -> None: ...

class ListWallsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListWallsResponse(_message.Message):
    __slots__ = ("walls", "incidents", "now")
    WALLS_FIELD_NUMBER: _ClassVar[int]
    INCIDENTS_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    walls: _containers.RepeatedCompositeFieldContainer[Wall]
    incidents: _containers.RepeatedCompositeFieldContainer[Incident]
    now: _timestamp_pb2.Timestamp
    def __init__(self, walls: _Optional[_Iterable[_Union[Wall, _Mapping]]] = ..., incidents: _Optional[_Iterable[_Union[Incident, _Mapping]]] = ..., now: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PairWallRequest(_message.Message):
    __slots__ = ("code", "wall", "name", "boards", "seconds", "language")
    CODE_FIELD_NUMBER: _ClassVar[int]
    WALL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BOARDS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    wall: int
    name: str
    boards: _containers.RepeatedScalarFieldContainer[str]
    seconds: int
    language: str
    def __init__(self, code: _Optional[str] = ..., wall: _Optional[int] = ..., name: _Optional[str] = ..., boards: _Optional[_Iterable[str]] = ..., seconds: _Optional[int] = ..., language: _Optional[str] = ...) -> None: ...

class PairWallResponse(_message.Message):
    __slots__ = ("wall", "code")
    WALL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    wall: Wall
    code: str
    def __init__(self, wall: _Optional[_Union[Wall, _Mapping]] = ..., code: _Optional[str] = ...) -> None: ...

class ChangeWallRequest(_message.Message):
    __slots__ = ("wall", "revision", "name", "boards", "seconds", "pushed", "language")
    WALL_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BOARDS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    PUSHED_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    wall: int
    revision: int
    name: str
    boards: _containers.RepeatedScalarFieldContainer[str]
    seconds: int
    pushed: str
    language: str
    def __init__(self, wall: _Optional[int] = ..., revision: _Optional[int] = ..., name: _Optional[str] = ..., boards: _Optional[_Iterable[str]] = ..., seconds: _Optional[int] = ..., pushed: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class ChangeWallResponse(_message.Message):
    __slots__ = ("wall",)
    WALL_FIELD_NUMBER: _ClassVar[int]
    wall: Wall
    def __init__(self, wall: _Optional[_Union[Wall, _Mapping]] = ...) -> None: ...

class RevokeWallRequest(_message.Message):
    __slots__ = ("wall",)
    WALL_FIELD_NUMBER: _ClassVar[int]
    wall: int
    def __init__(self, wall: _Optional[int] = ...) -> None: ...

class RevokeWallResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReloadWallsRequest(_message.Message):
    __slots__ = ("walls",)
    WALLS_FIELD_NUMBER: _ClassVar[int]
    walls: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, walls: _Optional[_Iterable[int]] = ...) -> None: ...

class ReloadWallsResponse(_message.Message):
    __slots__ = ("walls",)
    WALLS_FIELD_NUMBER: _ClassVar[int]
    walls: int
    def __init__(self, walls: _Optional[int] = ...) -> None: ...

class TakeOverRequest(_message.Message):
    __slots__ = ("walls", "board", "text_vi", "text_en")
    WALLS_FIELD_NUMBER: _ClassVar[int]
    BOARD_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    walls: _containers.RepeatedScalarFieldContainer[int]
    board: str
    text_vi: str
    text_en: str
    def __init__(self, walls: _Optional[_Iterable[int]] = ..., board: _Optional[str] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class TakeOverResponse(_message.Message):
    __slots__ = ("incident",)
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    incident: Incident
    def __init__(self, incident: _Optional[_Union[Incident, _Mapping]] = ...) -> None: ...

class ReleaseRequest(_message.Message):
    __slots__ = ("incident",)
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    incident: int
    def __init__(self, incident: _Optional[int] = ...) -> None: ...

class ReleaseResponse(_message.Message):
    __slots__ = ("incidents",)
    INCIDENTS_FIELD_NUMBER: _ClassVar[int]
    incidents: int
    def __init__(self, incidents: _Optional[int] = ...) -> None: ...

class ListWallChangesRequest(_message.Message):
    __slots__ = ("wall", "page_size", "page_token")
    WALL_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    wall: int
    page_size: int
    page_token: str
    def __init__(self, wall: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class WallChange(_message.Message):
    __slots__ = ("at", "by", "wall", "what", "detail")
    AT_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    WALL_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    by: str
    wall: int
    what: str
    detail: str
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by: _Optional[str] = ..., wall: _Optional[int] = ..., what: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class ListWallChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[WallChange]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[WallChange, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
