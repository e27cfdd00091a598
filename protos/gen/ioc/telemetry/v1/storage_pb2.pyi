from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetStorageRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStorageResponse(_message.Message):
    __slots__ = ("tiers", "rolled_up_readings", "can_compress")
    TIERS_FIELD_NUMBER: _ClassVar[int]
    ROLLED_UP_READINGS_FIELD_NUMBER: _ClassVar[int]
    CAN_COMPRESS_FIELD_NUMBER: _ClassVar[int]
    tiers: _containers.RepeatedCompositeFieldContainer[StoredTier]
    rolled_up_readings: int
    can_compress: bool
    def __init__(self, tiers: _Optional[_Iterable[_Union[StoredTier, _Mapping]]] = ..., rolled_up_readings: _Optional[int] = ..., can_compress: _Optional[bool] = ...) -> None: ...

class StoredTier(_message.Message):
    __slots__ = ("tier", "rows", "table_bytes", "index_bytes", "compressed_bytes", "before_compression_bytes", "divisions", "compressed_divisions", "bytes_per_row", "bytes_per_reading")
    TIER_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TABLE_BYTES_FIELD_NUMBER: _ClassVar[int]
    INDEX_BYTES_FIELD_NUMBER: _ClassVar[int]
    COMPRESSED_BYTES_FIELD_NUMBER: _ClassVar[int]
    BEFORE_COMPRESSION_BYTES_FIELD_NUMBER: _ClassVar[int]
    DIVISIONS_FIELD_NUMBER: _ClassVar[int]
    COMPRESSED_DIVISIONS_FIELD_NUMBER: _ClassVar[int]
    BYTES_PER_ROW_FIELD_NUMBER: _ClassVar[int]
    BYTES_PER_READING_FIELD_NUMBER: _ClassVar[int]
    tier: str
    rows: int
    table_bytes: int
    index_bytes: int
    compressed_bytes: int
    before_compression_bytes: int
    divisions: int
    compressed_divisions: int
    bytes_per_row: float
    bytes_per_reading: float
    def __init__(self, tier: _Optional[str] = ..., rows: _Optional[int] = ..., table_bytes: _Optional[int] = ..., index_bytes: _Optional[int] = ..., compressed_bytes: _Optional[int] = ..., before_compression_bytes: _Optional[int] = ..., divisions: _Optional[int] = ..., compressed_divisions: _Optional[int] = ..., bytes_per_row: _Optional[float] = ..., bytes_per_reading: _Optional[float] = ...) -> None: ...
