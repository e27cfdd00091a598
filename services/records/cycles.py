"""What may follow what in the life of a subject, and what moves its clock, as a dataset declares it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from services.records.fields import TEXTS, Field
from services.records.working_time import AllowanceUnit

MOST_ALLOWED = 10_000  # working days or hours


class Clock(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Events that move the clock of a deadline in working time.

    `allowance`: the field that says how much working time there is, in `allowance_unit`. `due`: the field in
    which the source says a moment of its own. Of both, what the last event says is right.
    """

    starts: tuple[str, ...]
    stops: tuple[str, ...]
    pauses: tuple[str, ...] = ()
    continues: tuple[str, ...] = ()
    allowance: str | None = None
    allowance_unit: AllowanceUnit = "working_days"
    due: str | None = None


class LifeCycle(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Which event may follow which, in the life of one subject. `then`: of each event, those allowed next."""

    subject: str
    event: str
    first: tuple[str, ...]
    then: dict[str, tuple[str, ...]]
    clock: Clock | None = None


def life_cycle_faults(life: LifeCycle, fields: Mapping[str, Field]) -> Iterator[str]:
    """What contradicts itself in a life cycle of a dataset with these fields, each beginning with the key."""
    subject, event = fields.get(life.subject), fields.get(life.event)
    if subject is None or subject.type not in TEXTS or not subject.required or subject.personal == "drop":
        yield f"subject: {life.subject!r} is no required text or code that is stored"
    if event is None or event.type != "choice" or not event.required:
        yield f"event: {life.event!r} is no required choice"
        return
    codes = {choice.code for choice in event.choices}
    clock = life.clock or Clock(starts=(), stops=())
    told = {"first": life.first, "then": tuple(life.then), **{f"then.{k}": v for k, v in life.then.items()}}
    told |= {f"clock.{key}": getattr(clock, key) for key in ("starts", "pauses", "continues", "stops")}
    for key, events in told.items():
        yield from (f"{key}: {name!r} is not one of {life.event}" for name in events if name not in codes)
    if not life.first:
        yield "first: at least one event"
    reached = {*life.first, *(name for names in life.then.values() for name in names)}
    yield from (f"then: no event leads to {name!r}" for name in sorted(codes - reached))
    yield from (
        f"then: {name!r} is missing; [] where nothing follows" for name in sorted(codes - set(life.then))
    )
    if life.clock is not None:
        yield from _clock_faults(life.clock, fields)


def _clock_faults(clock: Clock, fields: Mapping[str, Field]) -> Iterator[str]:
    if not (clock.starts and clock.stops):
        yield "clock: starts and stops must both be there"
    if clock.allowance is not None:
        field = fields.get(clock.allowance)
        if field is None or field.type != "integer" or field.personal or field.inequality:
            yield f"clock.allowance: {clock.allowance!r} is no integer that is stored"
        elif field.min is None or field.min < 1 or field.max is None or field.max > MOST_ALLOWED:
            yield f"clock.allowance: {clock.allowance} has a min of 1 and a max of at most {MOST_ALLOWED}"
    if clock.due is not None:
        field = fields.get(clock.due)
        if field is None or field.type != "instant" or field.personal:
            yield f"clock.due: {clock.due!r} is no instant that is stored"
