"""A few days of devices around a merge, held against the plain method; then single readings are corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from services.simulator.devices import KINDS
from tests.fixtures.servers import Database
from tests.truth.devices import letters
from tests.truth.devices.comparing import Truth
from tests.truth.devices.field import Field
from tests.truth.devices.letters import Letter, letters_of, ms
from tests.truth.devices.stations import MERGED, STATIONS, Station

pytestmark = pytest.mark.both_stores

SEED = 1
SINCE, UNTIL = MERGED - timedelta(days=1), MERGED + timedelta(days=1, hours=6)
ONE_OF_EACH = {one.name.partition("-")[0]: one for one in reversed(STATIONS)}
# Of these no more is told than that they were heard, and a correction is too late for that.
WITHOUT_VALUES = {"water", "traffic", "rain"}


class Played(NamedTuple):
    field: Field
    sent: list[Letter]
    folder: Path

    def truth(self) -> Truth:
        letters.write(self.folder, self.sent)
        return Truth(self.folder, SINCE, UNTIL)


@pytest.fixture(scope="module")
def played(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    field = Field(module_database, SINCE)
    sent = letters_of(SEED, SINCE, UNTIL)
    field.play(sent, UNTIL)
    yield Played(field, sent, tmp_path_factory.mktemp("sent"))
    field.close()


def test_every_value_is_what_was_sent_out(played: Played) -> None:
    truth = played.truth()
    assert [str(one) for one in truth.differences(played.field.values())] == []
    assert truth.compared > 4_000


def test_a_corrected_reading_changes_what_is_made_of_it_and_nothing_else(played: Played) -> None:
    """One of each kind of device."""
    assert {one.prefix for one in KINDS} <= set(ONE_OF_EACH)
    before, standing = played.truth(), played.field.values()
    silent = set()
    for kind, station in ONE_OF_EACH.items():
        played.sent.append(corrected(station, before, ms(UNTIL) + len(played.sent)))
        played.field.take(played.sent[-1:])
        after, found = played.truth(), played.field.values()
        assert [str(one) for one in after.differences(found)] == [], kind
        changed = {key for key, value in found.items() if key not in standing or standing[key] != value}
        assert changed == after.changed_since(before, found), kind
        if not changed:
            silent.add(kind)
        before, standing = after, found
    assert silent == WITHOUT_VALUES


def corrected(station: Station, before: Truth, at_ms: int) -> Letter:
    """The last reading of the first day of the new map is much more than was sent."""
    channel = station.channels[0]
    readings = before.month.readings.standing[station.name, channel.name]
    last = max(one for one in readings if one < ms(MERGED + timedelta(days=1)))
    return letters.correction(station, last, round(0.9 * channel.most, channel.decimals), at_ms)
