"""Organisations through time: what they are, what became of them, who answers for a source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

from services.areas.changes import Basis, Extent
from services.areas.restate import History, Went

Kind = Literal["department", "agency", "authority", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as it was over [valid_from, valid_to), days in Asia/Ho_Chi_Minh; None: it is there.

    `serves`: the code of the unit that it serves, on the map of those days.
    """

    code: str
    name_vi: str
    name_en: str
    kind: Kind
    parent_code: str
    serves: str
    valid_from: date
    valid_to: date | None


class OrganisationChange(NamedTuple):
    """One that ended on `day` went into one that began; a part may have a weight with its basis."""

    day: date
    old_code: str
    new_code: str
    extent: Extent
    weight: Decimal | None
    basis: Basis | None


class Answering(NamedTuple):
    """Who answers for a source over [valid_from, valid_to): an account and a position, no name."""

    source: str
    organisation: str
    account: str
    valid_from: date
    valid_to: date | None
    position_vi: str
    contact: str


@dataclass(frozen=True, slots=True)
class Register:
    """Lists of all three: what somebody brings, or what is there."""

    organisations: Sequence[Organisation] = ()
    changes: Sequence[OrganisationChange] = ()
    answering: Sequence[Answering] = ()


def history_of(register: Register) -> History:
    """The organisations as `restate` takes them: under the same code an organisation goes on."""
    went = [
        Went(one.day, one.old_code, one.new_code, Decimal(1) if one.extent == "whole" else one.weight)
        for one in register.changes
    ]
    return History(register.organisations, went, same_code_goes_on=True)
