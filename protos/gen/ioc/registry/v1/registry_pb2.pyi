import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DeviceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEVICE_STATE_UNSPECIFIED: _ClassVar[DeviceState]
    DEVICE_STATE_PROVISIONED: _ClassVar[DeviceState]
    DEVICE_STATE_ACTIVE: _ClassVar[DeviceState]
    DEVICE_STATE_RETIRED: _ClassVar[DeviceState]
    DEVICE_STATE_REPLACED: _ClassVar[DeviceState]

class DeviceAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEVICE_ACTION_UNSPECIFIED: _ClassVar[DeviceAction]
    DEVICE_ACTION_ACTIVATE: _ClassVar[DeviceAction]
    DEVICE_ACTION_RETIRE: _ClassVar[DeviceAction]
    DEVICE_ACTION_REPLACE: _ClassVar[DeviceAction]

class CredentialKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CREDENTIAL_KIND_UNSPECIFIED: _ClassVar[CredentialKind]
    CREDENTIAL_KIND_DEVICE: _ClassVar[CredentialKind]
    CREDENTIAL_KIND_NETWORK: _ClassVar[CredentialKind]
    CREDENTIAL_KIND_GATEWAY: _ClassVar[CredentialKind]
    CREDENTIAL_KIND_ONBOARDING: _ClassVar[CredentialKind]

class CredentialState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CREDENTIAL_STATE_UNSPECIFIED: _ClassVar[CredentialState]
    CREDENTIAL_STATE_ACTIVE: _ClassVar[CredentialState]
    CREDENTIAL_STATE_SUSPENDED: _ClassVar[CredentialState]
    CREDENTIAL_STATE_REVOKED: _ClassVar[CredentialState]
DEVICE_STATE_UNSPECIFIED: DeviceState
DEVICE_STATE_PROVISIONED: DeviceState
DEVICE_STATE_ACTIVE: DeviceState
DEVICE_STATE_RETIRED: DeviceState
DEVICE_STATE_REPLACED: DeviceState
DEVICE_ACTION_UNSPECIFIED: DeviceAction
DEVICE_ACTION_ACTIVATE: DeviceAction
DEVICE_ACTION_RETIRE: DeviceAction
DEVICE_ACTION_REPLACE: DeviceAction
CREDENTIAL_KIND_UNSPECIFIED: CredentialKind
CREDENTIAL_KIND_DEVICE: CredentialKind
CREDENTIAL_KIND_NETWORK: CredentialKind
CREDENTIAL_KIND_GATEWAY: CredentialKind
CREDENTIAL_KIND_ONBOARDING: CredentialKind
CREDENTIAL_STATE_UNSPECIFIED: CredentialState
CREDENTIAL_STATE_ACTIVE: CredentialState
CREDENTIAL_STATE_SUSPENDED: CredentialState
CREDENTIAL_STATE_REVOKED: CredentialState

class Channel(_message.Message):
    __slots__ = ("channel", "quantity", "unit", "minimum", "maximum")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    channel: str
    quantity: str
    unit: str
    minimum: float
    maximum: float
    def __init__(self, channel: _Optional[str] = ..., quantity: _Optional[str] = ..., unit: _Optional[str] = ..., minimum: _Optional[float] = ..., maximum: _Optional[float] = ...) -> None: ...

class Device(_message.Message):
    __slots__ = ("device", "kind", "name_vi", "name_en", "shard", "area_code", "longitude", "latitude", "state", "commissioned_at", "reporting_interval_s", "channels")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    SHARD_FIELD_NUMBER: _ClassVar[int]
    AREA_CODE_FIELD_NUMBER: _ClassVar[int]
    LONGITUDE_FIELD_NUMBER: _ClassVar[int]
    LATITUDE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    COMMISSIONED_AT_FIELD_NUMBER: _ClassVar[int]
    REPORTING_INTERVAL_S_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    device: str
    kind: str
    name_vi: str
    name_en: str
    shard: str
    area_code: str
    longitude: float
    latitude: float
    state: DeviceState
    commissioned_at: _timestamp_pb2.Timestamp
    reporting_interval_s: int
    channels: _containers.RepeatedCompositeFieldContainer[Channel]
    def __init__(self, device: _Optional[str] = ..., kind: _Optional[str] = ..., name_vi: _Optional[str] = ..., name_en: _Optional[str] = ..., shard: _Optional[str] = ..., area_code: _Optional[str] = ..., longitude: _Optional[float] = ..., latitude: _Optional[float] = ..., state: _Optional[_Union[DeviceState, str]] = ..., commissioned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reporting_interval_s: _Optional[int] = ..., channels: _Optional[_Iterable[_Union[Channel, _Mapping]]] = ...) -> None: ...

class PutDevicesRequest(_message.Message):
    __slots__ = ("devices",)
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    devices: _containers.RepeatedCompositeFieldContainer[Device]
    def __init__(self, devices: _Optional[_Iterable[_Union[Device, _Mapping]]] = ...) -> None: ...

class PutDevicesResponse(_message.Message):
    __slots__ = ("written",)
    WRITTEN_FIELD_NUMBER: _ClassVar[int]
    written: int
    def __init__(self, written: _Optional[int] = ...) -> None: ...

class ListDevicesRequest(_message.Message):
    __slots__ = ("kind", "page_size", "page_token")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    kind: str
    page_size: int
    page_token: str
    def __init__(self, kind: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDevicesResponse(_message.Message):
    __slots__ = ("devices", "next_page_token")
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    devices: _containers.RepeatedCompositeFieldContainer[Device]
    next_page_token: str
    def __init__(self, devices: _Optional[_Iterable[_Union[Device, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ImportDevicesRequest(_message.Message):
    __slots__ = ("csv", "dry_run")
    CSV_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    csv: bytes
    dry_run: bool
    def __init__(self, csv: _Optional[bytes] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class ImportDevicesResponse(_message.Message):
    __slots__ = ("lines", "written", "refused")
    class Line(_message.Message):
        __slots__ = ("line", "device", "accepted", "faults")
        LINE_FIELD_NUMBER: _ClassVar[int]
        DEVICE_FIELD_NUMBER: _ClassVar[int]
        ACCEPTED_FIELD_NUMBER: _ClassVar[int]
        FAULTS_FIELD_NUMBER: _ClassVar[int]
        line: int
        device: str
        accepted: bool
        faults: _containers.RepeatedCompositeFieldContainer[ImportDevicesResponse.Fault]
        def __init__(self, line: _Optional[int] = ..., device: _Optional[str] = ..., accepted: _Optional[bool] = ..., faults: _Optional[_Iterable[_Union[ImportDevicesResponse.Fault, _Mapping]]] = ...) -> None: ...
    class Fault(_message.Message):
        __slots__ = ("field", "reason", "detail")
        FIELD_FIELD_NUMBER: _ClassVar[int]
        REASON_FIELD_NUMBER: _ClassVar[int]
        DETAIL_FIELD_NUMBER: _ClassVar[int]
        field: str
        reason: str
        detail: str
        def __init__(self, field: _Optional[str] = ..., reason: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...
    LINES_FIELD_NUMBER: _ClassVar[int]
    WRITTEN_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[ImportDevicesResponse.Line]
    written: int
    refused: int
    def __init__(self, lines: _Optional[_Iterable[_Union[ImportDevicesResponse.Line, _Mapping]]] = ..., written: _Optional[int] = ..., refused: _Optional[int] = ...) -> None: ...

class AdoptDeviceRequest(_message.Message):
    __slots__ = ("device",)
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    device: Device
    def __init__(self, device: _Optional[_Union[Device, _Mapping]] = ...) -> None: ...

class AdoptDeviceResponse(_message.Message):
    __slots__ = ("device", "secret")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    device: Device
    secret: str
    def __init__(self, device: _Optional[_Union[Device, _Mapping]] = ..., secret: _Optional[str] = ...) -> None: ...

class ChangeDeviceStateRequest(_message.Message):
    __slots__ = ("device", "action", "replaced_by", "reason")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    REPLACED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    device: str
    action: DeviceAction
    replaced_by: str
    reason: str
    def __init__(self, device: _Optional[str] = ..., action: _Optional[_Union[DeviceAction, str]] = ..., replaced_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ChangeDeviceStateResponse(_message.Message):
    __slots__ = ("device",)
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    device: Device
    def __init__(self, device: _Optional[_Union[Device, _Mapping]] = ...) -> None: ...

class ListDeviceHistoryRequest(_message.Message):
    __slots__ = ("device",)
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    device: str
    def __init__(self, device: _Optional[str] = ...) -> None: ...

class DeviceChange(_message.Message):
    __slots__ = ("at", "was", "state", "replaced_by", "reason")
    AT_FIELD_NUMBER: _ClassVar[int]
    WAS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REPLACED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    was: DeviceState
    state: DeviceState
    replaced_by: str
    reason: str
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., was: _Optional[_Union[DeviceState, str]] = ..., state: _Optional[_Union[DeviceState, str]] = ..., replaced_by: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListDeviceHistoryResponse(_message.Message):
    __slots__ = ("changes",)
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[DeviceChange]
    def __init__(self, changes: _Optional[_Iterable[_Union[DeviceChange, _Mapping]]] = ...) -> None: ...

class Credential(_message.Message):
    __slots__ = ("username", "kind", "state", "reason", "issued_at", "changed_at")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    username: str
    kind: CredentialKind
    state: CredentialState
    reason: str
    issued_at: _timestamp_pb2.Timestamp
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, username: _Optional[str] = ..., kind: _Optional[_Union[CredentialKind, str]] = ..., state: _Optional[_Union[CredentialState, str]] = ..., reason: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class IssueCredentialRequest(_message.Message):
    __slots__ = ("username", "kind")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    username: str
    kind: CredentialKind
    def __init__(self, username: _Optional[str] = ..., kind: _Optional[_Union[CredentialKind, str]] = ...) -> None: ...

class IssueCredentialResponse(_message.Message):
    __slots__ = ("credential", "secret")
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    credential: Credential
    secret: str
    def __init__(self, credential: _Optional[_Union[Credential, _Mapping]] = ..., secret: _Optional[str] = ...) -> None: ...

class RotateCredentialRequest(_message.Message):
    __slots__ = ("username",)
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    username: str
    def __init__(self, username: _Optional[str] = ...) -> None: ...

class RotateCredentialResponse(_message.Message):
    __slots__ = ("credential", "secret")
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    credential: Credential
    secret: str
    def __init__(self, credential: _Optional[_Union[Credential, _Mapping]] = ..., secret: _Optional[str] = ...) -> None: ...

class RevokeCredentialRequest(_message.Message):
    __slots__ = ("username", "reason")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    username: str
    reason: str
    def __init__(self, username: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RevokeCredentialResponse(_message.Message):
    __slots__ = ("credential",)
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    credential: Credential
    def __init__(self, credential: _Optional[_Union[Credential, _Mapping]] = ...) -> None: ...

class SuspendCredentialRequest(_message.Message):
    __slots__ = ("username", "reason")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    username: str
    reason: str
    def __init__(self, username: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class SuspendCredentialResponse(_message.Message):
    __slots__ = ("credential",)
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    credential: Credential
    def __init__(self, credential: _Optional[_Union[Credential, _Mapping]] = ...) -> None: ...

class ReinstateCredentialRequest(_message.Message):
    __slots__ = ("username", "reason")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    username: str
    reason: str
    def __init__(self, username: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReinstateCredentialResponse(_message.Message):
    __slots__ = ("credential",)
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    credential: Credential
    def __init__(self, credential: _Optional[_Union[Credential, _Mapping]] = ...) -> None: ...

class ListCredentialsRequest(_message.Message):
    __slots__ = ("kind", "state", "page_size", "page_token")
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    kind: CredentialKind
    state: CredentialState
    page_size: int
    page_token: str
    def __init__(self, kind: _Optional[_Union[CredentialKind, str]] = ..., state: _Optional[_Union[CredentialState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCredentialsResponse(_message.Message):
    __slots__ = ("credentials", "next_page_token")
    CREDENTIALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    credentials: _containers.RepeatedCompositeFieldContainer[Credential]
    next_page_token: str
    def __init__(self, credentials: _Optional[_Iterable[_Union[Credential, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListCredentialHistoryRequest(_message.Message):
    __slots__ = ("username", "page_size", "page_token")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    username: str
    page_size: int
    page_token: str
    def __init__(self, username: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class CredentialChange(_message.Message):
    __slots__ = ("at", "username", "kind", "action", "reason", "actor", "token")
    AT_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    username: str
    kind: CredentialKind
    action: str
    reason: str
    actor: str
    token: str
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., username: _Optional[str] = ..., kind: _Optional[_Union[CredentialKind, str]] = ..., action: _Optional[str] = ..., reason: _Optional[str] = ..., actor: _Optional[str] = ..., token: _Optional[str] = ...) -> None: ...

class ListCredentialHistoryResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[CredentialChange]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[CredentialChange, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListAccessEventsRequest(_message.Message):
    __slots__ = ("start", "end", "kind", "username", "page_size", "page_token")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    kind: str
    username: str
    page_size: int
    page_token: str
    def __init__(self, start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[str] = ..., username: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class AccessEvent(_message.Message):
    __slots__ = ("minute", "kind", "username", "client", "topic", "count", "first_at", "last_at")
    MINUTE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    FIRST_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_AT_FIELD_NUMBER: _ClassVar[int]
    minute: _timestamp_pb2.Timestamp
    kind: str
    username: str
    client: str
    topic: str
    count: int
    first_at: _timestamp_pb2.Timestamp
    last_at: _timestamp_pb2.Timestamp
    def __init__(self, minute: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[str] = ..., username: _Optional[str] = ..., client: _Optional[str] = ..., topic: _Optional[str] = ..., count: _Optional[int] = ..., first_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListAccessEventsResponse(_message.Message):
    __slots__ = ("events", "next_page_token")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[AccessEvent]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[AccessEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
