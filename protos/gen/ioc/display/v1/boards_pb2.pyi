import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BoardPanel(_message.Message):
    __slots__ = ("panel", "kind", "title_vi", "title_en", "x", "y", "width", "height")
    PANEL_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TITLE_VI_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    panel: str
    kind: str
    title_vi: str
    title_en: str
    x: int
    y: int
    width: int
    height: int
    def __init__(self, panel: _Optional[str] = ..., kind: _Optional[str] = ..., title_vi: _Optional[str] = ..., title_en: _Optional[str] = ..., x: _Optional[int] = ..., y: _Optional[int] = ..., width: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class BoardWall(_message.Message):
    __slots__ = ("wall", "name", "showing")
    WALL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SHOWING_FIELD_NUMBER: _ClassVar[int]
    wall: int
    name: str
    showing: bool
    def __init__(self, wall: _Optional[int] = ..., name: _Optional[str] = ..., showing: _Optional[bool] = ...) -> None: ...

class Board(_message.Message):
    __slots__ = ("board", "title_vi", "title_en", "revision", "shipped", "changed_at", "changed_by", "panels", "walls")
    BOARD_FIELD_NUMBER: _ClassVar[int]
    TITLE_VI_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SHIPPED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_BY_FIELD_NUMBER: _ClassVar[int]
    PANELS_FIELD_NUMBER: _ClassVar[int]
    WALLS_FIELD_NUMBER: _ClassVar[int]
    board: str
    title_vi: str
    title_en: str
    revision: int
    shipped: bool
    changed_at: _timestamp_pb2.Timestamp
    changed_by: str
    panels: _containers.RepeatedCompositeFieldContainer[BoardPanel]
    walls: _containers.RepeatedCompositeFieldContainer[BoardWall]
    def __init__(self, board: _Optional[str] = ..., title_vi: _Optional[str] = ..., title_en: _Optional[str] = ..., revision: _Optional[int] = ..., shipped: _Optional[bool] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changed_by: _Optional[str] = ..., panels: _Optional[_Iterable[_Union[BoardPanel, _Mapping]]] = ..., walls: _Optional[_Iterable[_Union[BoardWall, _Mapping]]] = ...) -> None: ...

class ListBoardsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListBoardsResponse(_message.Message):
    __slots__ = ("boards",)
    BOARDS_FIELD_NUMBER: _ClassVar[int]
    boards: _containers.RepeatedCompositeFieldContainer[Board]
    def __init__(self, boards: _Optional[_Iterable[_Union[Board, _Mapping]]] = ...) -> None: ...

class GetBoardRequest(_message.Message):
    __slots__ = ("board", "revision")
    BOARD_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    board: str
    revision: int
    def __init__(self, board: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class BoardRevision(_message.Message):
    __slots__ = ("revision", "at", "by", "reset")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    RESET_FIELD_NUMBER: _ClassVar[int]
    revision: int
    at: _timestamp_pb2.Timestamp
    by: str
    reset: bool
    def __init__(self, revision: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by: _Optional[str] = ..., reset: _Optional[bool] = ...) -> None: ...

class GetBoardResponse(_message.Message):
    __slots__ = ("board", "text", "revisions")
    BOARD_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    board: Board
    text: str
    revisions: _containers.RepeatedCompositeFieldContainer[BoardRevision]
    def __init__(self, board: _Optional[_Union[Board, _Mapping]] = ..., text: _Optional[str] = ..., revisions: _Optional[_Iterable[_Union[BoardRevision, _Mapping]]] = ...) -> None: ...

class BoardFile(_message.Message):
    __slots__ = ("name", "text", "revision")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    revision: int
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class PlanBoardsRequest(_message.Message):
    __slots__ = ("files",)
    FILES_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[BoardFile]
    def __init__(self, files: _Optional[_Iterable[_Union[BoardFile, _Mapping]]] = ...) -> None: ...

class PanelChange(_message.Message):
    __slots__ = ("panel", "change", "title_vi", "title_en", "fields")
    PANEL_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    TITLE_VI_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    panel: str
    change: str
    title_vi: str
    title_en: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, panel: _Optional[str] = ..., change: _Optional[str] = ..., title_vi: _Optional[str] = ..., title_en: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ...) -> None: ...

class MissingKey(_message.Message):
    __slots__ = ("panel", "field", "reason", "what")
    PANEL_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    panel: str
    field: str
    reason: str
    what: str
    def __init__(self, panel: _Optional[str] = ..., field: _Optional[str] = ..., reason: _Optional[str] = ..., what: _Optional[str] = ...) -> None: ...

class BoardPlan(_message.Message):
    __slots__ = ("board", "title_vi", "title_en", "change", "revision", "panels", "missing", "walls")
    BOARD_FIELD_NUMBER: _ClassVar[int]
    TITLE_VI_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PANELS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    WALLS_FIELD_NUMBER: _ClassVar[int]
    board: str
    title_vi: str
    title_en: str
    change: str
    revision: int
    panels: _containers.RepeatedCompositeFieldContainer[PanelChange]
    missing: _containers.RepeatedCompositeFieldContainer[MissingKey]
    walls: _containers.RepeatedCompositeFieldContainer[BoardWall]
    def __init__(self, board: _Optional[str] = ..., title_vi: _Optional[str] = ..., title_en: _Optional[str] = ..., change: _Optional[str] = ..., revision: _Optional[int] = ..., panels: _Optional[_Iterable[_Union[PanelChange, _Mapping]]] = ..., missing: _Optional[_Iterable[_Union[MissingKey, _Mapping]]] = ..., walls: _Optional[_Iterable[_Union[BoardWall, _Mapping]]] = ...) -> None: ...

class PlanBoardsResponse(_message.Message):
    __slots__ = ("boards",)
    BOARDS_FIELD_NUMBER: _ClassVar[int]
    boards: _containers.RepeatedCompositeFieldContainer[BoardPlan]
    def __init__(self, boards: _Optional[_Iterable[_Union[BoardPlan, _Mapping]]] = ...) -> None: ...

class ApplyBoardsRequest(_message.Message):
    __slots__ = ("files",)
    FILES_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[BoardFile]
    def __init__(self, files: _Optional[_Iterable[_Union[BoardFile, _Mapping]]] = ...) -> None: ...

class ApplyBoardsResponse(_message.Message):
    __slots__ = ("boards",)
    BOARDS_FIELD_NUMBER: _ClassVar[int]
    boards: _containers.RepeatedCompositeFieldContainer[BoardPlan]
    def __init__(self, boards: _Optional[_Iterable[_Union[BoardPlan, _Mapping]]] = ...) -> None: ...

class ResetBoardRequest(_message.Message):
    __slots__ = ("board", "revision")
    BOARD_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    board: str
    revision: int
    def __init__(self, board: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class ResetBoardResponse(_message.Message):
    __slots__ = ("board",)
    BOARD_FIELD_NUMBER: _ClassVar[int]
    board: Board
    def __init__(self, board: _Optional[_Union[Board, _Mapping]] = ...) -> None: ...
