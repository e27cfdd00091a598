"""Figures in protobuf. Numbers go out as exact text; what is missing or hidden stays absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from ioc.indicators.v1 import figures_pb2 as pb
from ioc.indicators.v1 import indicators_pb2

from services.indicators import figures_fact
from services.indicators.declared import Break, Target
from services.indicators.language.unit_words import unit_said
from services.indicators.measure_words import Told, indicator_said
from services.indicators.published import Change, Figure
from services.indicators.scores import Counts
from services.indicators.scores_wire import to_pb_scores
from services.indicators.store_definitions import Standing
from services.runtime.outbox import Fact
from services.runtime.rpc_times import to_timestamp

KINDS = {
    "province": pb.SUBJECT_KIND_PROVINCE,
    "area": pb.SUBJECT_KIND_AREA,
    "organisation": pb.SUBJECT_KIND_ORGANISATION,
}


def told(fact: Fact) -> Sequence[Figure] | None:
    """The figures of a fact; None where it tells of something else."""
    return figures_fact.published_versions(fact.body) if fact.name == figures_fact.PUBLISHED else None


def to_pb_definition(standing: Standing, measures: Mapping[str, Told]) -> pb.FigureDefinition:
    """A definition as it holds. `measures`: what those of its formula are called."""
    one = standing.indicator
    said = indicator_said(one, measures)
    return pb.FigureDefinition(
        indicator=one.id,
        version=standing.version,
        name_vi=one.name_vi,
        name_en=one.name_en,
        unit=one.unit,
        formula=str(one.formula),
        direction=one.direction,
        periods=one.periods,
        breakdowns=one.by,
        levels=one.levels,
        targets=map(_target, one.targets),
        decimals=one.decimals,
        owner_vi=one.owner_vi,
        basis=one.basis,
        basis_vi=one.basis_vi,
        gaming_vi=one.gaming_vi,
        gaming_en=one.gaming_en,
        datasets=standing.datasets,
        formula_vi=said.vi,
        formula_en=said.en,
        unit_vi=unit_said(one.unit),
    )


def to_pb_break(one: Break) -> pb.SeriesBreak:
    """A break; `from` is a word of the language."""
    return pb.SeriesBreak(**{"from": one.since.isoformat()}, note_vi=one.note_vi, note_en=one.note_en)


def to_pb_figure(figure: Figure, *, is_hidden: bool = False, counts: Counts | None = None) -> pb.Figure:
    """A figure, with scores where they were counted; of a hidden one only that it is there, since counts
    would tell as much as the value.
    """
    shown = pb.Figure(
        indicator=figure.indicator,
        subject_kind=KINDS[figure.subject_kind],
        subject=figure.subject,
        breakdown=figure.breakdown,
        period=figure.period,
        period_start=figure.period_start.isoformat(),
        state=cast(
            indicators_pb2.ValueState, indicators_pb2.ValueState.Value(f"VALUE_STATE_{figure.state.name}")
        ),
        version=figure.version,
        known_at=to_timestamp(figure.known_at),
        formula_version=figure.formula_version,
        input_position=figure.position,
        suppressed=is_hidden,
        recomputed=figure.version > 0 and not figure.run,
    )
    if not is_hidden:
        shown.MergeFrom(
            pb.Figure(
                value=text(figure.value),
                low=text(figure.low),
                high=text(figure.high),
                numerator=text(figure.numerator),
                denominator=text(figure.denominator),
                inputs_expected=figure.expected,
                inputs_used=figure.used,
                inputs_late=figure.late,
                inputs_rejected=figure.rejected,
                scores=to_pb_scores(counts) if counts else None,
            )
        )
    return shown


def to_pb_change(change: Change, *, is_hidden: bool) -> pb.Change:
    """A change; of a hidden figure nothing but that it changed."""
    return pb.Change(
        after=to_pb_figure(change.after, is_hidden=is_hidden),
        before=to_pb_figure(change.before, is_hidden=is_hidden),
        difference=None if is_hidden else text(change.difference),
        batches=change.batches,
        why=change.why,
    )


def text(number: Decimal | None) -> str | None:
    """Plain digits, without exponent and without zeros behind that say nothing."""
    if number is None:
        return None
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _target(one: Target) -> pb.Target:
    to = one.to.isoformat() if one.to else ""
    since = {"from": one.since.isoformat()}
    return pb.Target(op=one.op, value=text(one.value), to=to, source=one.source, **since)
