"""A file with the figures of a period, as a request asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO

from ioc.indicators.v1 import figures_pb2 as pb

from services.areas import store_names
from services.indicators import figures_questions, mapped_questions, store_past
from services.indicators.figures_known import Known
from services.indicators.figures_report import Line, note_on, note_on_knowledge, note_on_left, report_of
from services.indicators.figures_requests import figures_asked_for, read_day, read_known
from services.indicators.grounds import Grounds
from services.indicators.hiding import Hiding
from services.indicators.published import Figure
from services.indicators.report_words import Names, by_code
from services.indicators.store_published import Asked
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.tables.report import Report, write_csv

MOST_FIGURES = 100_000  # a file
_PAGE = 5_000
_IN_MEMORY = 4 * 1024 * 1024  # bytes; larger files lie on disk while they are sent


def export(
    connection: Connection,
    request: pb.ExportFiguresRequest,
    kinds: tuple[str, ...],
    grounds: Grounds,
    now: datetime,
) -> IO[bytes]:
    """The file, to be read from its beginning and closed.

    Raises:
        InvalidRequest: more than MOST_FIGURES are asked for, or another field is wrong.
    """
    write = _WRITERS.get(request.format)
    if write is None:
        raise InvalidRequest([("format", "unknown", f"one of {', '.join(_WRITERS)}")])
    if request.HasField("known_at"):
        store_past.freeze(connection)
    definitions = figures_questions.definitions_of(connection, request.indicators)
    asked = figures_asked_for(request, definitions, kinds)
    lines: Iterable[Line]
    if request.map_date:
        moment = read_known(request, now)
        lines = _restated(mapped_questions.figures_on_map(connection, request, kinds, grounds, moment))
    else:
        known = Known(connection, grounds, definitions, asked.known_at)
        minimums = figures_questions.minimums_of(definitions.values())
        hiding = Hiding(connection, minimums, asked.known_at, known.figures)
        lines = (Line(one, hiding.hides(one), note_on_knowledge(one)) for one in _figures(known, asked))
    on_map = read_day("map_date", request.map_date) if request.map_date else None
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # its reader closes it
    names, known_at = _names(connection, grounds), asked.known_at or now
    write(file, report_of(lines, definitions, names, known_at, asked.period, on_map))
    file.seek(0)
    return file


def _write_xlsx(stream: IO[bytes], report: Report) -> None:
    from services.runtime.tables.report_xlsx import write_xlsx  # most API processes never write one

    write_xlsx(stream, report)


_WRITERS = {"xlsx": _write_xlsx, "csv": write_csv}


def _restated(answer: mapped_questions.Answer) -> Iterator[Line]:
    """Figures on a map, then what stays, each with what is to be said of it."""
    for one in answer.told:
        yield Line(one.figure, one.is_hidden, note_on(one.lacks or ()))
    for left in answer.left:
        yield Line(left.figure, left.is_hidden, note_on_left(left.remainder))


def _names(connection: Connection, grounds: Grounds) -> Names:
    subjects = by_code("area", store_names.names_of_units(connection))
    subjects |= by_code("organisation", store_names.names_of_organisations(connection))
    return Names(grounds.datasets, subjects)


def _figures(known: Known, asked: Asked) -> Iterator[Figure]:
    after, count = None, 0
    while page := known.figures(asked, after, _PAGE):
        count += len(page)
        if count > MOST_FIGURES:
            detail = f"more than {MOST_FIGURES} figures: name indicators, subjects or a kind of subject"
            raise InvalidRequest([("indicators", "too_many_figures", detail)])
        yield from page
        after = page[-1].thing
