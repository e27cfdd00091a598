"""Expressions over an entity → SQL for PostgreSQL. Pure.

An entity is a row with `f` (jsonb object of fields), `m` (jsonb: event → [first, last, count]), `at`, `late`,
`worked_s`, `due` and `due_soon`. What expressions use of `f` and `m` is taken out once (`columns`) and named
c_<field>, first_<event>, last_<event>, count_<event>; the SQL of expressions speaks of those names.

A value that is missing is NULL, and SQL's three-valued logic applies: what is compared with it is missing,
and a condition counts an entity only where it is true. A division by zero is missing. So is the greatest or
least of values one of which is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from services.indicators.language.nodes import (
    Arithmetic,
    Call,
    Comparison,
    IsMissing,
    Junction,
    Key,
    Name,
    Negative,
    Node,
    Not,
    Number,
    OneOf,
    Text,
    Truth,
    walk,
)
from services.indicators.language.types import (
    OF_CLOCK,
    SPANS,
    TIMES,
    FieldType,
    Kind,
    Schema,
    common_kind,
    kind_of,
)

Value: TypeAlias = Decimal | str | date

_ZONE: Final = "'Asia/Ho_Chi_Minh'"
_SECONDS: Final = {"minutes": 60, "hours": 3600, "days": 86_400}
_CAST: Final = {
    Kind.NUMBER: "numeric", Kind.TEXT: "text", Kind.TRUTH: "boolean", Kind.MOMENT: "timestamptz",
    Kind.DATE: "date",
}  # fmt: skip
_SEPARATOR: Final = "chr(31)"  # no cell of a record can hold it


class Column(NamedTuple):
    """What is taken out of `f` and `m` under a name."""

    name: str
    sql: str


class Values:
    """What SQL refers to by name, as psycopg writes it; an equal value is held once."""

    def __init__(self, prefix: str = "v") -> None:
        self._prefix = prefix
        self._names: dict[tuple[type, Value], str] = {}

    def hold(self, value: Value) -> str:
        """The placeholder of a value."""
        name = self._names.setdefault((type(value), value), f"{self._prefix}{len(self._names)}")
        return f"%({name})s"

    @property
    def told(self) -> dict[str, Value]:
        """The values by their names."""
        return {name: value for (_, value), name in self._names.items()}


def columns(expressions: Iterable[Node], schema: Schema) -> tuple[Column, ...]:
    """What these expressions use of `f` and `m`, each once, by name."""
    found = {column.name: column for one in expressions for column in _columns(one, schema)}
    return tuple(found[name] for name in sorted(found))


def field_column(name: str, declared: FieldType) -> Column:
    """A field, typed. A number that is known as an inequality only is missing: it never enters as exact."""
    sql = f"(f->>'{name}')"
    if declared.kind != Kind.TEXT:
        sql += f"::{_CAST[declared.kind]}"
    if declared.inequality:
        sql = f"CASE WHEN jsonb_typeof(f->'{name}') <> 'object' THEN {sql} END"
    return Column(f"c_{name}", sql)


def compiled(node: Node, schema: Schema, values: Values) -> str:
    """The SQL of an expression without faults: boolean, numeric, text, timestamptz or date."""
    return _Compiler(schema, values).sql(node)


def moment_sql(node: Node, schema: Schema, values: Values) -> str:
    """A moment or date as timestamptz."""
    return _Compiler(schema, values).moment(node)


def key_sql(node: Node, schema: Schema, values: Values) -> str:
    """A value, or several, as one text that is equal where they are; missing where one of them is.

    Texts of moments and dates are in the order of time; of numbers they have no closing zeros.
    """
    compiler = _Compiler(schema, values)
    if isinstance(node, Key):
        return "(" + f" || {_SEPARATOR} || ".join(compiler.key(item) for item in node.items) + ")"
    return compiler.key(node)


def _columns(expression: Node, schema: Schema) -> Iterator[Column]:
    for node in walk(expression):
        if isinstance(node, Name) and node.name in schema.fields:
            yield field_column(node.name, schema.fields[node.name])
        if isinstance(node, Call) and node.function in ("first", "last", "count"):
            yield from (
                _event_column(node.function, one.value) for one in node.arguments if isinstance(one, Text)
            )


def _event_column(function: str, event: str) -> Column:
    place = {"first": 0, "last": 1, "count": 2}[function]
    sql = f"(m->'{event}'->>{place})"
    sql = f"coalesce({sql}::numeric, 0)" if function == "count" else f"{sql}::timestamptz"
    return Column(f"{function}_{event}", sql)


class _Compiler:
    def __init__(self, schema: Schema, values: Values) -> None:
        self._schema = schema
        self._values = values

    def sql(self, node: Node) -> str:
        match node:
            case Name():
                return node.name if node.name not in self._schema.fields else f"c_{node.name}"
            case Number():
                return f"{self._values.hold(node.value)}::numeric"
            case Text():
                return f"{self._values.hold(node.value)}::text"
            case Truth():
                return str(node.value).upper()
            case Negative():
                return f"(- {self.sql(node.operand)})"
            case Not():
                return f"(NOT {self.sql(node.operand)})"
            case Junction():
                return "(" + f" {node.op.upper()} ".join(self.sql(one) for one in node.operands) + ")"
            case IsMissing():
                return f"({self.sql(node.operand)} IS {'NOT ' if node.negated else ''}NULL)"
            case Comparison():
                left, right = self._alike((node.left, node.right))
                return f"({left} {({'==': '=', '!=': '<>'}).get(node.op, node.op)} {right})"
            case OneOf():
                item, *others = self._alike((node.item, *node.values))
                return f"({item} {'NOT ' if node.negated else ''}IN ({', '.join(others)}))"
            case Arithmetic(op="/"):
                return f"({self.sql(node.left)} / nullif({self.sql(node.right)}, 0))"
            case Arithmetic():
                return f"({self.sql(node.left)} {node.op} {self.sql(node.right)})"
            case Call():
                return self._call(node)
            case Key():
                raise ValueError("several values are no value")

    def moment(self, node: Node) -> str:
        return self._as(node, Kind.MOMENT)

    def key(self, node: Node) -> str:
        kind, sql = kind_of(node, self._schema), self.sql(node)
        if kind == Kind.NUMBER:
            return f"trim_scale({sql})::text"
        if kind == Kind.MOMENT:
            return f"to_char({sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        if kind == Kind.DATE:
            return f"to_char({sql}, 'YYYY-MM-DD')"
        return f"{sql}::text" if kind == Kind.TRUTH else sql

    def _call(self, node: Call) -> str:
        name, arguments = node.function, node.arguments
        if name in ("first", "last", "count"):
            events = [f"{name}_{one.value}" for one in arguments if isinstance(one, Text)]
            if len(events) == 1:
                return events[0]
            # Of those that are there: neither minds a NULL.
            return f"{'least' if name == 'first' else 'greatest'}({', '.join(events)})"
        if name in SPANS:
            start, end = (self.moment(one) for one in arguments)
            return f"(extract(epoch FROM {end} - {start}) / {_SECONDS[name]})"
        if name in OF_CLOCK:
            return "(worked_s / 3600)" if name == "worked_hours" else name
        said = self._alike(arguments)
        if name == "coalesce":
            return f"coalesce({', '.join(said)})"
        missing = " OR ".join(f"{one} IS NULL" for one in said)
        best = "least" if name == "min" else "greatest"
        return f"(CASE WHEN NOT ({missing}) THEN {best}({', '.join(said)}) END)"

    def _alike(self, nodes: Sequence[Node]) -> list[str]:
        kinds = [kind_of(node, self._schema) for node in nodes if not isinstance(node, Text)]
        kind = common_kind(kinds) if kinds else Kind.TEXT
        return [self._as(node, kind) for node in nodes]

    def _as(self, node: Node, kind: Kind | None) -> str:
        """As a value of a kind: a text that stands for a day, or a date where a moment is meant."""
        if kind not in TIMES:
            return self.sql(node)
        if isinstance(node, Text):
            sql = f"{self._values.hold(date.fromisoformat(node.value))}::date"
        elif kind_of(node, self._schema) == kind:
            return self.sql(node)
        else:
            sql = self.sql(node)
        return sql if kind == Kind.DATE else f"({sql}::timestamp AT TIME ZONE {_ZONE})"
