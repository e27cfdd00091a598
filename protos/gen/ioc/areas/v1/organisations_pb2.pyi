from ioc.access.v1 import access_pb2 as _access_pb2
from ioc.areas.v1 import map_pb2 as _map_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrganisationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORGANISATION_KIND_UNSPECIFIED: _ClassVar[OrganisationKind]
    ORGANISATION_KIND_DEPARTMENT: _ClassVar[OrganisationKind]
    ORGANISATION_KIND_AGENCY: _ClassVar[OrganisationKind]
    ORGANISATION_KIND_AUTHORITY: _ClassVar[OrganisationKind]
    ORGANISATION_KIND_OTHER: _ClassVar[OrganisationKind]
ORGANISATION_KIND_UNSPECIFIED: OrganisationKind
ORGANISATION_KIND_DEPARTMENT: OrganisationKind
ORGANISATION_KIND_AGENCY: OrganisationKind
ORGANISATION_KIND_AUTHORITY: OrganisationKind
ORGANISATION_KIND_OTHER: OrganisationKind

class Organisation(_message.Message):
    __slots__ = ("code", "name_vi", "name_en", "kind", "parent_code", "serves", "valid_from", "valid_to")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARENT_CODE_FIELD_NUMBER: _ClassVar[int]
    SERVES_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    code: str
    name_vi: str
    name_en: str
    kind: OrganisationKind
    parent_code: str
    serves: str
    valid_from: str
    valid_to: str
    def __init__(self, code: _Optional[str] = ..., name_vi: _Optional[str] = ..., name_en: _Optional[str] = ..., kind: _Optional[_Union[OrganisationKind, str]] = ..., parent_code: _Optional[str] = ..., serves: _Optional[str] = ..., valid_from: _Optional[str] = ..., valid_to: _Optional[str] = ...) -> None: ...

class OrganisationChange(_message.Message):
    __slots__ = ("day", "old_code", "new_code", "extent", "weight", "basis")
    DAY_FIELD_NUMBER: _ClassVar[int]
    OLD_CODE_FIELD_NUMBER: _ClassVar[int]
    NEW_CODE_FIELD_NUMBER: _ClassVar[int]
    EXTENT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    day: str
    old_code: str
    new_code: str
    extent: _map_pb2.Extent
    weight: str
    basis: _map_pb2.WeightBasis
    def __init__(self, day: _Optional[str] = ..., old_code: _Optional[str] = ..., new_code: _Optional[str] = ..., extent: _Optional[_Union[_map_pb2.Extent, str]] = ..., weight: _Optional[str] = ..., basis: _Optional[_Union[_map_pb2.WeightBasis, str]] = ...) -> None: ...

class Answering(_message.Message):
    __slots__ = ("source", "organisation", "account", "position_vi", "contact", "valid_from", "valid_to")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    POSITION_VI_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    source: str
    organisation: str
    account: str
    position_vi: str
    contact: str
    valid_from: str
    valid_to: str
    def __init__(self, source: _Optional[str] = ..., organisation: _Optional[str] = ..., account: _Optional[str] = ..., position_vi: _Optional[str] = ..., contact: _Optional[str] = ..., valid_from: _Optional[str] = ..., valid_to: _Optional[str] = ...) -> None: ...

class ChangeOrganisationsRequest(_message.Message):
    __slots__ = ("organisations", "changes", "answering", "dry_run")
    ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    ANSWERING_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    organisations: _containers.RepeatedCompositeFieldContainer[Organisation]
    changes: _containers.RepeatedCompositeFieldContainer[OrganisationChange]
    answering: _containers.RepeatedCompositeFieldContainer[Answering]
    dry_run: bool
    def __init__(self, organisations: _Optional[_Iterable[_Union[Organisation, _Mapping]]] = ..., changes: _Optional[_Iterable[_Union[OrganisationChange, _Mapping]]] = ..., answering: _Optional[_Iterable[_Union[Answering, _Mapping]]] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class ChangeOrganisationsResponse(_message.Message):
    __slots__ = ("tallies", "differences")
    TALLIES_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    tallies: _containers.RepeatedCompositeFieldContainer[_map_pb2.Tally]
    differences: _containers.RepeatedCompositeFieldContainer[_map_pb2.Difference]
    def __init__(self, tallies: _Optional[_Iterable[_Union[_map_pb2.Tally, _Mapping]]] = ..., differences: _Optional[_Iterable[_Union[_map_pb2.Difference, _Mapping]]] = ...) -> None: ...

class ListOrganisationsRequest(_message.Message):
    __slots__ = ("on_date", "page_size", "page_token")
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    on_date: str
    page_size: int
    page_token: str
    def __init__(self, on_date: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListOrganisationsResponse(_message.Message):
    __slots__ = ("organisations", "next_page_token")
    ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    organisations: _containers.RepeatedCompositeFieldContainer[Organisation]
    next_page_token: str
    def __init__(self, organisations: _Optional[_Iterable[_Union[Organisation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListOrganisationChangesRequest(_message.Message):
    __slots__ = ("old_code", "new_code", "page_size", "page_token")
    OLD_CODE_FIELD_NUMBER: _ClassVar[int]
    NEW_CODE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    old_code: str
    new_code: str
    page_size: int
    page_token: str
    def __init__(self, old_code: _Optional[str] = ..., new_code: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListOrganisationChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[OrganisationChange]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[OrganisationChange, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RestateOrganisationValuesRequest(_message.Message):
    __slots__ = ("from_date", "to_date", "values")
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    from_date: str
    to_date: str
    values: _containers.RepeatedCompositeFieldContainer[_map_pb2.AreaValue]
    def __init__(self, from_date: _Optional[str] = ..., to_date: _Optional[str] = ..., values: _Optional[_Iterable[_Union[_map_pb2.AreaValue, _Mapping]]] = ...) -> None: ...

class RestateOrganisationValuesResponse(_message.Message):
    __slots__ = ("values", "not_restatable")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    NOT_RESTATABLE_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedCompositeFieldContainer[_map_pb2.RestatedValue]
    not_restatable: _containers.RepeatedCompositeFieldContainer[_map_pb2.NotRestatable]
    def __init__(self, values: _Optional[_Iterable[_Union[_map_pb2.RestatedValue, _Mapping]]] = ..., not_restatable: _Optional[_Iterable[_Union[_map_pb2.NotRestatable, _Mapping]]] = ...) -> None: ...

class ListAnsweringRequest(_message.Message):
    __slots__ = ("source", "on_date", "page_size", "page_token")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    source: str
    on_date: str
    page_size: int
    page_token: str
    def __init__(self, source: _Optional[str] = ..., on_date: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAnsweringResponse(_message.Message):
    __slots__ = ("answering", "next_page_token")
    ANSWERING_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    answering: _containers.RepeatedCompositeFieldContainer[Answering]
    next_page_token: str
    def __init__(self, answering: _Optional[_Iterable[_Union[Answering, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
