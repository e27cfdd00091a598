"""Upkeep compresses one division a round, and looks again soon while there are more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from services.runtime.db import Connection
from services.telemetry import store_compression
from services.telemetry.bounding import always
from services.telemetry.life import Life
from services.telemetry.quantities import Quantities
from services.telemetry.settings import UpkeepSettings

NOON = datetime(2026, 11, 18, 5, tzinfo=UTC)


def test_one_division_is_compressed_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, asked = ["a", "b"], []

    def compress_next(_: object, before: datetime) -> str | None:
        asked.append(before)
        return waiting.pop() if waiting else None

    monkeypatch.setattr(store_compression, "can_compress", lambda _: True)
    monkeypatch.setattr(store_compression, "enable", lambda _: None)
    monkeypatch.setattr(store_compression, "compress_next", compress_next)
    *_, compress = Life(UpkeepSettings(compress_days=60), Quantities()).parts
    conn: Any = cast(Connection, None)

    rounds = (0, 15, 30, 45, 3_629, 3_631)  # seconds after noon
    counts = []
    for seconds in rounds:
        compress(conn, NOON + timedelta(seconds=seconds), always)
        counts.append(len(asked))

    assert counts == [1, 2, 3, 3, 3, 4]
    assert asked[0] == NOON - timedelta(days=60)
