"""The online service centre is a second source of the one-stop's dossiers, in words of its own."""

from services.records.lifecycle import Event, live
from services.records.privacy import Pseudonyms
from services.records.rows import Checker, Rejected, Row
from services.runtime.tables.mapping import parse_mapping
from services.runtime.tables.reading import read_batches
from tests.fixtures.record_samples import SAMPLES, ListedDirectory, Sample, judged

SAMPLE = Sample("onestop_dossiers")
FOLDER = SAMPLES / SAMPLE.stem


def test_dossiers_of_the_centre_are_the_datasets_by_their_own_mapping() -> None:
    mapping = parse_mapping((FOLDER / "centre_mapping.toml").read_text("utf-8"))
    checker = Checker(SAMPLE.dataset, ListedDirectory(), Pseudonyms(b"a key of thirty-two bytes or more"))
    checked: list[Row | Rejected] = []
    with (FOLDER / "centre.json").open("rb") as stream:
        for batch in read_batches(stream, mapping):
            checked += judged(checker, batch, SAMPLE.received_on)

    rows = [row for row in checked if isinstance(row, Row)]
    refused = [row for row in checked if isinstance(row, Rejected)]
    assert [(row.line, fault.field, fault.reason) for row in refused for fault in row.faults] == [
        (6, "event", "not_allowed")
    ]
    told = ["received", "supplement_asked", "supplemented", "resolved", "received"]
    assert [row.event for row in rows] == told
    assert rows[4].values["handled_by"] == "H32.7"
    assert (rows[4].values["procedure_level"], rows[4].values["channel"]) == ("partial", "counter")
    assert not any("056200000041" in row.payload for row in rows)
    life_cycle = SAMPLE.dataset.life_cycle
    assert life_cycle is not None
    life = live(life_cycle, [Event(row.at, str(row.event)) for row in rows[:4]])
    assert life is not None
    assert (life.state, life.incomplete) == ("resolved", False)
