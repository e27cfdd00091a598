"""A few days of devices around a merge of communes, held against the plain method."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fixtures.servers import Database
from tests.truth.devices import verify
from tests.truth.devices.comparing import Truth
from tests.truth.devices.field import Field
from tests.truth.devices.letters import letters_of
from tests.truth.devices.stations import MERGED

pytestmark = pytest.mark.both_stores

SINCE, UNTIL = MERGED - timedelta(days=1), MERGED + timedelta(days=1, hours=6)


@pytest.fixture
def field(database: Database) -> Iterator[Field]:
    made = Field(database, SINCE)
    yield made
    made.close()


def test_every_value_is_what_was_sent_out(field: Field, tmp_path: Path) -> None:
    truth: Truth = verify.sent(tmp_path, 1, SINCE, UNTIL)
    field.play(letters_of(1, SINCE, UNTIL), UNTIL)
    assert [str(one) for one in truth.differences(field.values())] == []
    assert truth.compared > 4_000
