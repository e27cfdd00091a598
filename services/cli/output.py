"""How rows reach people and programs: a table, or one JSON object a line."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli import words
from services.cli.times import shown
from services.cli.words import Language

PIPE_WIDTH = 240  # columns, where nobody looks at a terminal
# Columns whose values are words of ours.
WORDED = frozenset(
    {"was", "state", "level", "subject_kind", "period", "extent", "complete"}
    | {"life", "clock", "allowance_unit", "deadline", "before", "worst", "periods", "late"}
    | {"suppressed", "fold", "definition", "why", "rests_on", "severity", "kind_of_entry", "scope_kind"}
)

ALARM_WORDS = frozenset(
    {"alarm_event", "events", "not_shown_for", "end_why", "kind_of_rule", "refuted", "rule_change", "would"}
)
LENGTHS = frozenset({"worked_s", "median_late_s", "worst_late_s"})  # seconds, shown as hours

Cell = str | int | float | datetime | None | Sequence[str]
Row = Mapping[str, Cell]


def show(rows: Iterable[Row], *, as_json: bool, language: Language) -> int:
    """Writes rows to standard output; returns how many there were. All rows have the same keys."""
    if as_json:
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            write_json(row)
        return count
    all_rows = list(rows)
    if all_rows:
        _console().print(_table(all_rows, language))
    else:
        note(words.message("nothing", language))
    return len(all_rows)


def write_json(row: Row) -> None:
    """One line; times as ISO 8601 with their offset."""
    plain = {key: cell.isoformat() if isinstance(cell, datetime) else cell for key, cell in row.items()}
    sys.stdout.write(json.dumps(plain, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def write_line(row: Row, language: Language) -> None:
    """One row of a stream that has no end, and so no table."""
    cells = (_printable(text(key, cell, language)) for key, cell in row.items())
    sys.stdout.write("  ".join(cells) + "\n")
    sys.stdout.flush()


def note(sentence: str) -> None:
    """Something about the answer, on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(escape(sentence))


def text(key: str, cell: Cell, language: Language) -> str:
    """A cell as people read it; what is missing is a dash, never a zero."""
    match cell:
        case None:
            return "–"
        case int() if key == "quality":
            return words.quality(cell, language)
        case int() if key in LENGTHS:
            return f"{cell // 3600}:{cell // 60 % 60:02d}:{cell % 60:02d}"
        case str() if key == "alarm_state":
            return words.alarm_state(cell, language)
        case str() if key in ALARM_WORDS:
            return words.of_alarm(cell, language)
        case str() if key == "wall_event":
            return words.of_wall(cell, language)
        case str() if key == "board_event":
            return words.of_board(cell, language)
        case datetime():
            return shown(cell)
        case float():
            return f"{cell:.10g}"
        case str():
            return words.state(cell, language) if key in WORDED else cell
        case int():
            return str(cell)
    if key in ALARM_WORDS:
        return ", ".join(words.of_alarm(one, language) for one in cell)
    return ", ".join(words.state(one, language) if key in WORDED else one for one in cell)


def _table(rows: Sequence[Row], language: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for key in rows[0]:
        numeric = all(isinstance(row[key], int | float | None) for row in rows)
        table.add_column(
            words.heading(key, language), justify="right" if numeric else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(escape(_printable(text(key, cell, language))) for key, cell in row.items()))
    return table


def _printable(content: str) -> str:
    """Topics and payloads come from strangers: no control sequence reaches the terminal."""
    return "".join(character if character.isprintable() else "�" for character in content)


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
