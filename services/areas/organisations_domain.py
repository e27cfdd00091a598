"""Organisations through time: what they are, who answers for a source, what a list would change."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple, get_args

from services.areas.changes import Basis, Extent
from services.areas.comparing import Compared, Difference, Tally, compare
from services.areas.domain import EARLIEST, MOST_UNITS, Fault
from services.areas.restate import History, Went

Kind = Literal["department", "agency", "authority", "other"]
Spans = Mapping[str, Sequence[tuple[date, date | None]]]  # code → when there was such a unit
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_TEXT = 200  # characters

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


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


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    """What bringing lists in would do. With faults it does nothing."""

    faults: Sequence[Fault]
    tallies: Sequence[Tally] = ()
    differences: Sequence[Difference] = ()


def plan_register(wanted: Register, known: Register, areas: Spans) -> RegisterPlan:
    """What would change. `areas`: days of validity of every unit with a code that is served."""
    if faults := list(_own_faults(wanted)):
        return RegisterPlan(faults)
    after = _states(known.organisations) | _states(wanted.organisations)
    faults = [
        *_state_faults(wanted.organisations, after, areas),
        *_change_faults(wanted.changes, known.changes, after),
        *_answering_faults(wanted.answering, after),
    ]
    if faults:
        return RegisterPlan(faults)
    parts = _compared(wanted, known)
    return RegisterPlan(
        (), [part.tally for part in parts], [one for part in parts for one in part.differences]
    )


def history_of(register: Register) -> History:
    """The organisations as `restate` takes them: under the same code an organisation goes on."""
    went = [
        Went(one.day, one.old_code, one.new_code, Decimal(1) if one.extent == "whole" else one.weight)
        for one in register.changes
    ]
    return History(register.organisations, went, same_code_goes_on=True)


def _compared(wanted: Register, known: Register) -> list[Compared]:
    return [
        compare(
            "organisations",
            _states(wanted.organisations),
            _states(known.organisations),
            lambda one: one.name_vi,
        ),
        compare(
            "changes",
            {one[:3]: one for one in wanted.changes},
            {one[:3]: one for one in known.changes},
            lambda one: f"→ {one.new_code} {one.extent}",
        ),
        compare("answering", _duties(wanted.answering), _duties(known.answering), lambda one: one.account),
    ]


def _own_faults(wanted: Register) -> Iterator[Fault]:
    lists: dict[str, Sequence[Any]] = {
        "organisations": wanted.organisations,
        "changes": wanted.changes,
        "answering": wanted.answering,
    }
    if not any(lists.values()):
        yield Fault("organisations", "empty", "send at least one organisation, change or duty")
    for name, some in lists.items():
        if len(some) > MOST_UNITS:
            yield Fault(name, "too_many", f"send at most {MOST_UNITS} a call, got {len(some)}")
            return
    for index, one in enumerate(wanted.organisations):
        yield from _organisation_faults(one, f"organisations[{index}]")
    for index, change in enumerate(wanted.changes):
        yield from _weight_faults(change, f"changes[{index}]")
    for index, duty in enumerate(wanted.answering):
        yield from _duty_faults(duty, f"answering[{index}]")
    yield from _repeated("organisations", [(one.code, one.valid_from) for one in wanted.organisations])
    yield from _repeated("changes", [one[:3] for one in wanted.changes])
    yield from _repeated("answering", [one[:4] for one in wanted.answering])


def _organisation_faults(one: Organisation, path: str) -> Iterator[Fault]:
    yield from _code_faults(f"{path}.code", one.code)
    if one.parent_code:
        yield from _code_faults(f"{path}.parent_code", one.parent_code)
    yield from _text_faults(f"{path}.name_vi", one.name_vi, required=True)
    yield from _text_faults(f"{path}.name_en", one.name_en, required=False)
    if one.kind not in KINDS:
        yield Fault(f"{path}.kind", "required", f"say which of {', '.join(KINDS)}")
    if not one.serves:
        yield Fault(f"{path}.serves", "required", "say which unit it serves")
    yield from _span_faults(path, one.valid_from, one.valid_to)


def _weight_faults(one: OrganisationChange, path: str) -> Iterator[Fault]:
    if one.extent not in ("whole", "part"):
        yield Fault(f"{path}.extent", "required", "say whether it is the whole or a part")
    if one.extent == "whole" and one.weight is not None:
        yield Fault(f"{path}.weight", "not_allowed", "a whole has no weight")
    if one.weight is not None and not 0 < one.weight <= 1:
        yield Fault(f"{path}.weight", "out_of_range", f"above 0 and up to 1; got {one.weight}")
    if (one.weight is None) != (one.basis is None):
        yield Fault(f"{path}.basis", "required", "a weight needs its basis, and a basis its weight")


def _duty_faults(duty: Answering, path: str) -> Iterator[Fault]:
    yield from _code_faults(f"{path}.source", duty.source)
    yield from _code_faults(f"{path}.account", duty.account)
    yield from _text_faults(f"{path}.position_vi", duty.position_vi, required=True)
    yield from _text_faults(f"{path}.contact", duty.contact, required=False)
    yield from _span_faults(path, duty.valid_from, duty.valid_to)


def _state_faults(
    wanted: Sequence[Organisation],
    after: Mapping[tuple[date, str], Organisation],
    areas: Spans,
) -> Iterator[Fault]:
    by_code = _by_code(after.values())
    for index, one in enumerate(wanted):
        path = f"organisations[{index}]"
        others = [other for other in by_code[one.code] if other is not one and _overlap(one, other)]
        if others:
            detail = f"{one.code} holds from {others[0].valid_from} already; end that first"
            yield Fault(f"{path}.valid_from", "overlaps", detail)
        if one.parent_code and not _is_there(by_code[one.parent_code], one.valid_from):
            detail = f"no organisation {one.parent_code} on {one.valid_from}"
            yield Fault(f"{path}.parent_code", "unknown_organisation", detail)
        spans = areas.get(one.serves, ())
        if not any(first <= one.valid_from and (end is None or end > one.valid_from) for first, end in spans):
            detail = f"no unit {one.serves} on {one.valid_from}"
            yield Fault(f"{path}.serves", "unknown_area", detail)


def _change_faults(
    wanted: Sequence[OrganisationChange],
    known: Sequence[OrganisationChange],
    after: Mapping[tuple[date, str], Organisation],
) -> Iterator[Fault]:
    ends = {(one.valid_to, one.code) for one in after.values()}
    shares: dict[tuple[date, str], list[Decimal | None]] = defaultdict(list)
    for one in {one[:3]: one for one in (*known, *wanted)}.values():
        shares[one.day, one.old_code].append(Decimal(1) if one.extent == "whole" else one.weight)
    for index, one in enumerate(wanted):
        if (one.day, one.old_code) not in ends:
            detail = f"{one.old_code} does not end on {one.day}"
            yield Fault(f"changes[{index}].old_code", "not_that_day", detail)
        if (one.day, one.new_code) not in after:
            detail = f"{one.new_code} does not begin on {one.day}"
            yield Fault(f"changes[{index}].new_code", "not_that_day", detail)
        if sum((share or 0 for share in shares[one.day, one.old_code]), Decimal(0)) > 1:
            detail = f"more than the whole of {one.old_code} goes over"
            yield Fault(f"changes[{index}].weight", "out_of_range", detail)


def _answering_faults(
    wanted: Sequence[Answering], after: Mapping[tuple[date, str], Organisation]
) -> Iterator[Fault]:
    by_code = _by_code(after.values())
    for index, duty in enumerate(wanted):
        if not _is_there(by_code[duty.organisation], duty.valid_from):
            detail = f"no organisation {duty.organisation} on {duty.valid_from}"
            yield Fault(f"answering[{index}].organisation", "unknown_organisation", detail)


def _code_faults(path: str, code: str) -> Iterator[Fault]:
    if not _CODE.fullmatch(code):
        yield Fault(path, "bad_name", f'letters, digits, ".", "-", "_", at most 63; got {code[:70]!r}')


def _text_faults(path: str, text: str, *, required: bool) -> Iterator[Fault]:
    if required and not text.strip():
        yield Fault(path, "empty", "this text is required")
    if len(text) > LONGEST_TEXT:
        yield Fault(path, "too_long", f"at most {LONGEST_TEXT} characters; got {len(text)}")
    if not unicodedata.is_normalized("NFC", text):
        yield Fault(path, "not_nfc", "normalise the text to Unicode NFC")
    if any(unicodedata.category(character) == "Cc" for character in text):
        yield Fault(path, "control_character", "remove control characters")


def _span_faults(path: str, first: date, end: date | None) -> Iterator[Fault]:
    if first < EARLIEST:
        yield Fault(f"{path}.valid_from", "too_early", f"{EARLIEST} or later; got {first}")
    if end is not None and end <= first:
        yield Fault(f"{path}.valid_to", "not_after_start", "valid_to must follow valid_from")


def _repeated(name: str, keys: Sequence[Any]) -> Iterator[Fault]:
    times = Counter(keys)
    for index, key in enumerate(keys):
        if times[key] > 1:
            yield Fault(f"{name}[{index}]", "repeated", "the same is there twice; send it once")


def _by_code(organisations: Iterable[Organisation]) -> Mapping[str, list[Organisation]]:
    found: dict[str, list[Organisation]] = defaultdict(list)
    for one in organisations:
        found[one.code].append(one)
    return found


def _is_there(states: Iterable[Organisation], day: date) -> bool:
    return any(one.valid_from <= day and (one.valid_to is None or one.valid_to > day) for one in states)


def _overlap(one: Organisation, other: Organisation) -> bool:
    before_end = other.valid_to is None or one.valid_from < other.valid_to
    return before_end and (one.valid_to is None or other.valid_from < one.valid_to)


def _states(organisations: Iterable[Organisation]) -> dict[tuple[date, str], Organisation]:
    return {(one.valid_from, one.code): one for one in organisations}


def _duties(answering: Iterable[Answering]) -> dict[tuple[date, str, str, str], Answering]:
    return {(one.valid_from, one.source, one.organisation, one.account): one for one in answering}
