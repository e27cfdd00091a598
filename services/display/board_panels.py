"""What a board may say: its panels, and what each of them selects. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

COLUMNS, ROWS, PANELS_MAX = 12, 8, 12

Name = Annotated[str, Meta(min_length=1, max_length=40, pattern="^[a-z0-9][a-z0-9-]*$")]
Text = Annotated[str, Meta(min_length=1, max_length=160)]
Decimals = Annotated[int, Meta(ge=0, le=6)]
Count = Annotated[int, Meta(ge=1, le=400)]
FigurePeriod = Literal["", "day", "month", "quarter", "year"]
Before = Literal["", "yesterday", "last_week", "last_period", "last_year"]
List = Literal["late", "quarantine", "imbalance", "restated", "walls", "incidents", "sources"]


class Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A field that is not known is a slip of the pen."""


class Words(Strict, frozen=True, kw_only=True):
    """The same in Vietnamese and in English; a unit or an index may have none."""

    vi: Annotated[str, Meta(max_length=160)]
    en: Annotated[str, Meta(max_length=160)]


NONE = Words(vi="", en="")


class At(Strict, frozen=True, kw_only=True):
    """Cells of the grid, from its upper left corner."""

    x: Annotated[int, Meta(ge=0, lt=COLUMNS)]
    y: Annotated[int, Meta(ge=0, lt=ROWS)]
    w: Annotated[int, Meta(ge=1, le=COLUMNS)]
    h: Annotated[int, Meta(ge=1, le=ROWS)]


class Of(Strict, frozen=True, kw_only=True):
    """What is shown, and of whom.

    Either a `channel` of devices, or an `indicator`: with `period` a figure of the catalogue (PS-21), else
    one that is made from readings (vn_aqi_hour). `subject`: $province, $communes, $organisations, $stations,
    or the code of an area, an organisation or a device; `kind`: of devices or organisations. `breakdown`:
    field=value, or field=* for all its values. `before`: the past beside it. `period_s`, `source_kind`: of
    those made from readings, how often they are made, and the devices whose intervals set the promised age.
    """

    channel: str = ""
    indicator: str = ""
    subject: str = ""
    kind: str = ""
    period: FigurePeriod = ""
    breakdown: Annotated[str, Meta(pattern="^$|^[a-z_]+=[^;=]+$")] = ""
    before: Before = ""
    source_kind: str = ""
    period_s: Annotated[int, Meta(ge=1)] | None = None


class Target(Strict, frozen=True, kw_only=True):
    """What is good."""

    op: Literal["at_least", "at_most", "equal"]
    value: float


class Item(Of, frozen=True, kw_only=True):
    """One number of a tile. `text`: before the place; `pick`: what is shown of several keys."""

    decimals: Decimals
    unit: Words | None = None
    title: Words | None = None
    text: Words | None = None
    pick: Literal["max", "min", "sum"] | None = None
    scale: Literal["vn_aqi"] | None = None
    attention_below: float | None = None
    attention_above: float | None = None


class Row(Of, frozen=True, kw_only=True):
    """Rows, one for each subject that it selects; what it does not say, the panel or the column says."""

    name: Words | None = None


class Column(Of, frozen=True, kw_only=True):
    """One number of each row."""

    title: Words
    decimals: Decimals = 0
    unit: Words = NONE


class Span(Of, frozen=True, kw_only=True):
    """How far back a line reaches; what it does not say, the first item says."""

    hours: Count | None = None
    bucket_s: Annotated[int, Meta(ge=60)] = 600
    periods: Count | None = None


class Limit(Strict, frozen=True, kw_only=True):
    """A line across."""

    value: float
    title: Words


class Panel(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, tag_field="panel"):
    """Common to all."""

    id: Name
    title: Words
    at: At
    source: Words | None = None


class ValuePanel(Panel, frozen=True, kw_only=True, tag="value"):
    """Large numbers, the first the largest."""

    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=3)]
    trend: Span | None = None


class StatesPanel(Panel, frozen=True, kw_only=True, tag="states"):
    """A list of states."""

    of: Of
    rows: Annotated[tuple[Row, ...], Meta(min_length=1)]
    unit: Words = NONE
    decimals: Decimals = 0
    good: Target | None = None


class LinesPanel(Panel, frozen=True, kw_only=True, tag="lines"):
    """Lines over hours or periods. `choose`: of stations those whose newest readings are so."""

    of: Span
    series: tuple[Row, ...] = ()
    limit: Annotated[int, Meta(ge=1, le=5)] = 4
    choose: Literal["largest", "smallest"] | None = None
    unit: Words | None = None
    decimals: Decimals = 0
    limits: tuple[Limit, ...] = ()


class RankingPanel(Panel, frozen=True, kw_only=True, tag="ranking"):
    """The worst or the best of many. `direction`: where good is."""

    of: Of
    order: Literal["worst", "best"] = "worst"
    direction: Literal["up", "down"]
    rows: Count = 8
    unit: Words = NONE
    decimals: Decimals = 0
    sum: bool = False


class Shade(Of, frozen=True, kw_only=True):
    """How areas are shaded."""

    steps: Annotated[tuple[float, ...], Meta(min_length=1, max_length=5)]
    attention_from: float | None = None
    attention_below: float | None = None
    decimals: Decimals = 0
    unit: Words = NONE


class MapPanel(Panel, frozen=True, kw_only=True, tag="map"):
    """Communes shaded, stations as chips; `others`: all other devices as points."""

    shade: Shade | None = None
    stations: Of | None = None
    others: bool = False


class TablePanel(Panel, frozen=True, kw_only=True, tag="table"):
    """Rows by columns."""

    columns: Annotated[tuple[Column, ...], Meta(min_length=1, max_length=6)]
    rows: Annotated[tuple[Row, ...], Meta(min_length=1)]


class CalendarPanel(Panel, frozen=True, kw_only=True, tag="calendar"):
    """Days as a calendar."""

    of: Of
    days: Annotated[int, Meta(ge=7, le=366)] = 91
    steps: tuple[float, ...] | None = None
    attention_from: float | None = None
    scale: Literal["vn_aqi"] | None = None


class MatrixPanel(Panel, frozen=True, kw_only=True, tag="matrix"):
    """Rows by columns, each cell good or not."""

    columns: Annotated[tuple[Column, ...], Meta(min_length=1, max_length=8)]
    rows: Annotated[tuple[Row, ...], Meta(min_length=1)]
    unit: Words = NONE
    decimals: Decimals = 0
    good: Target | None = None


class LatePanel(Panel, frozen=True, kw_only=True, tag="late"):
    """Who reports late."""


class ListPanel(Panel, frozen=True, kw_only=True, tag="list"):
    """Rows of one of the lists."""

    list: List


class AlarmsPanel(Panel, frozen=True, kw_only=True, tag="alarms"):
    """The active alarms, the severest first."""


class TextPanel(Panel, frozen=True, kw_only=True, tag="text"):
    """A text."""

    text: Words


class ClockPanel(Panel, frozen=True, kw_only=True, tag="clock"):
    """The hour and the day."""


AnyPanel: TypeAlias = (
    ValuePanel
    | StatesPanel
    | LinesPanel
    | RankingPanel
    | MapPanel
    | TablePanel
    | CalendarPanel
    | MatrixPanel
    | LatePanel
    | ListPanel
    | AlarmsPanel
    | TextPanel
    | ClockPanel
)


class Definition(Strict, frozen=True, kw_only=True):
    """A board as written in its file."""

    board: Name
    title: Words
    panels: Annotated[tuple[AnyPanel, ...], Meta(min_length=1, max_length=PANELS_MAX)]


def selections(panel: AnyPanel) -> Iterator[tuple[str, Of]]:
    """Everything that a panel selects, with the field that says it."""
    match panel:
        case ValuePanel():
            yield from ((f"items[{n}]", item) for n, item in enumerate(panel.items))
            if panel.trend is not None:
                yield "trend", merged(panel.items[0], panel.trend)
        case StatesPanel():
            yield from ((f"rows[{n}]", merged(panel.of, row)) for n, row in enumerate(panel.rows))
        case LinesPanel():
            rows = panel.series or (Row(),)
            yield from ((f"series[{n}]", merged(panel.of, row)) for n, row in enumerate(rows))
        case RankingPanel() | CalendarPanel():
            yield "of", panel.of
        case MapPanel():
            yield from (
                (name, of) for name in ("shade", "stations") if (of := getattr(panel, name)) is not None
            )
        case TablePanel() | MatrixPanel():
            for n, column in enumerate(panel.columns):
                yield from ((f"columns[{n}]", merged(column, row)) for row in panel.rows)


def merged(general: Of, special: Of) -> Of:
    """What is shown where `special` says less than all."""
    names = Of.__struct_fields__
    return Of(**{name: getattr(special, name) or getattr(general, name) for name in names})
