"""`haidang import`: readings of a CSV over gRPC, a verdict for each; stopped, it goes on where it was."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer
from haidang_client import problem_of
from ioc.telemetry.v1 import series_pb2 as pb
from ioc.telemetry.v1 import telemetry_pb2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli import words
from services.cli.client import EXIT_FAILED, EXIT_USAGE, CommandError, Session
from services.cli.options import AsJson, session_of
from services.cli.output import Row, note, show
from services.cli.replaying import mapping_file
from services.cli.stubs import series_stub
from services.cli.watching import FIRST_RETRY_S, LONGEST_RETRY_S
from services.simulator.lines import Line, read_lines
from services.simulator.mapping import Mapping, MappingError, load_mapping

ROWS_A_REQUEST = 5_000
MOST_TOLD = 20  # rows whose reasons are shown
MOST_TRIES = 10  # in a row without any progress
LONGEST_LINE = 4_096  # bytes that are sent of a line that cannot be read
VERDICTS = ("stored", "duplicate", "corrected", "conflicting", "quarantined", "skipped")


@dataclass(slots=True)
class Place:
    """How far an import has come: kept beside the file, written after each answer."""

    of: str  # digest of file, mapping, device and server
    line: int = 1  # the last that was answered; 1 is the header
    counts: dict[str, int] = field(default_factory=dict)
    told: list[list[Any]] = field(default_factory=list)  # line, reason, detail of the first few


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV file.", exists=True, dir_okay=False)],
    mapping: Annotated[
        str, typer.Option("--mapping", "-m", help="Mapping of its columns, as for replay: a file, or a name.")
    ],
    device: Annotated[str, typer.Option("--device", "-d", help="Registered device that measured.")],
    as_json: AsJson = False,
) -> None:
    """Hands in the readings of a CSV. Stopped, the same command goes on; repeated, it stores nothing new."""
    session = session_of(context)
    try:
        columns = load_mapping(mapping_file(mapping))
        kept = Kept(file, _digest(session, file, columns, device))
        _import(session, file, columns, device, kept)
    except (MappingError, OSError) as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    kept.done()
    _show(session, device, kept.place, as_json)


class Kept:
    """The place of an import, in a file beside the CSV."""

    def __init__(self, file: Path, digest: str) -> None:
        self._path = file.with_name(file.name + ".importing")
        self.place = Place(digest)
        with suppress(OSError, ValueError, TypeError):
            found = Place(**json.loads(self._path.read_text(encoding="utf-8")))
            if found.of == digest:
                self.place = found

    def keep(self) -> None:
        """What was answered counts from now on."""
        fresh = self._path.with_name(self._path.name + ".new")
        place = {key: getattr(self.place, key) for key in self.place.__slots__}
        fresh.write_text(json.dumps(place, ensure_ascii=False), encoding="utf-8")
        fresh.replace(self._path)

    def done(self) -> None:
        """Nothing is left to go on with."""
        self._path.unlink(missing_ok=True)


def _digest(session: Session, file: Path, mapping: Mapping, device: str) -> str:
    with file.open("rb") as content:
        said = [hashlib.file_digest(content, "sha256").hexdigest(), mapping.model_dump_json(), device]
    return hashlib.sha256("\n".join([*said, session.settings.address]).encode()).hexdigest()


def _import(session: Session, file: Path, mapping: Mapping, device: str, kept: Kept) -> None:
    """Until every line is answered; taken up again where the connection is lost or the server says so."""
    with file.open("rb") as content:
        total = sum(1 for _ in content)
    tries, retry_s = 0, FIRST_RETRY_S
    with _bar() as bar, session.channel() as channel:
        task = bar.add_task(words.message("importing", session.language), total=total)
        bar.update(task, completed=kept.place.line)
        while True:
            before = kept.place.line
            try:
                for answered in _answers(session, channel, file, mapping, device, kept):
                    bar.update(task, completed=answered)
                bar.update(task, completed=total)
                return
            except grpc.RpcError as error:
                problem = problem_of(error)
                tries = 1 if kept.place.line > before else tries + 1
                if problem.again != "yes" or tries >= MOST_TRIES:
                    raise session.explain(error) from error
                retry_s = FIRST_RETRY_S if tries == 1 else min(LONGEST_RETRY_S, retry_s * 2)
            time.sleep(max(retry_s, problem.after_s or 0.0))


def _answers(
    session: Session, channel: grpc.Channel, file: Path, mapping: Mapping, device: str, kept: Kept
) -> Iterator[int]:
    """Sends what is left; yields the last line that was answered, once that is written down."""
    sent: dict[int, list[int]] = {}  # by the request's number, the line of each of its rows

    def requests() -> Iterator[pb.BackfillReadingsRequest]:
        for some in _in_parts(read_lines(file, mapping, after=kept.place.line)):
            request, lines = request_of(some, mapping, device)
            sent[request.sequence] = lines
            yield request

    for response in series_stub(channel).BackfillReadings(requests()):
        lines, place = sent.pop(response.sequence), kept.place
        counts = Counter(place.counts)
        counts.update(VERDICTS[verdict - 1] for verdict in response.verdict)
        place.counts = dict(counts)
        room = MOST_TOLD - len(place.told)
        place.told += [[lines[each.row], each.reason, each.detail] for each in response.reasons[:room]]
        place.line = response.sequence
        kept.keep()
        yield place.line


def _in_parts(lines: Iterator[Line]) -> Iterator[list[Line]]:
    part: list[Line] = []
    rows = 0
    for line in lines:
        part.append(line)
        rows += line.readings
        if rows >= ROWS_A_REQUEST:
            yield part
            part, rows = [], 0
    if part:
        yield part


def request_of(
    lines: list[Line], mapping: Mapping, device: str
) -> tuple[pb.BackfillReadingsRequest, list[int]]:
    """Lines as one request, numbered by the last of them; and the line of each of its rows."""
    request = pb.BackfillReadingsRequest(sequence=lines[-1].number)
    numbers = []
    for column in mapping.values:
        name = telemetry_pb2.SeriesName(device=device, channel=column.channel)
        block = request.series.add(series=name, unit=column.unit)
        for line in lines:
            if line.reading is not None:
                value = line.reading.values[column.channel]
                block.observed_at_ms.append(line.reading.observed_at_ms)
                block.value.append(float("nan") if value is None else value)
                block.qc.append(line.reading.qc.get(column.channel, ""))
                numbers.append(line.number)
    for line in lines:
        if line.reading is None:
            request.unreadable.add(device=device, line=line.payload[:LONGEST_LINE])
            numbers.append(line.number)
    return request, numbers


def _show(session: Session, device: str, place: Place, as_json: bool) -> None:
    counts = {name: place.counts.get(name, 0) for name in VERDICTS}
    received = sum(counts.values())
    row: Row = {"device": device, "received": received, **counts}
    show([row], as_json=as_json, language=session.language)
    for line, reason, detail in place.told:
        note(f"{line}: {reason}: {detail}")
    if counts["quarantined"]:
        raise CommandError(words.message("some_refused", session.language), EXIT_FAILED)
    note(words.message("adds_up", session.language, received=received))


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))
