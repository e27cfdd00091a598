"""What is part of the wire contract: the names of durable queues, and what the fact carries."""

from __future__ import annotations

from datetime import UTC, datetime

from services.alarms import alarms_fact
from services.alarms.domain import Act, Alarm, Event, Severity, State
from services.alarms.duty_worker import DutyService
from services.alarms.worker import SERVICES, AlarmsService


def test_the_queues_of_the_handlers_keep_their_names() -> None:
    """nameko makes "evt-telemetry-stored--alarms.on_stored" and the like of these."""
    assert (AlarmsService, DutyService) == SERVICES
    assert AlarmsService.name == "alarms"
    assert [
        (
            name,
            *(
                (one.source_service, one.event_type)
                for one in getattr(AlarmsService, name).nameko_entrypoints
            ),
        )
        for name in ("on_stored", "on_published", "on_figures")
    ] == [
        ("on_stored", ("telemetry", "stored")),
        ("on_published", ("indicators", "published")),
        ("on_figures", ("indicators", "figures_published")),
    ]


def test_a_fact_gives_back_what_was_told() -> None:
    now = datetime(2026, 3, 2, 8, 0, 0, 123_000, tzinfo=UTC)
    alarm = Alarm(
        *(7, "r/channel/a/pm25", "r", 1, "channel", "a/pm25", "a", "22333"),
        *(State.RAISED, Severity.WARNING, Severity.SERIOUS, now, now),
        value=1.5,
        explanation={"vi": "Cao", "value": 1.5},
    )
    body = alarms_fact.changed([(3, Event.RAISE, Act(now, note="vì"), "", alarm)])
    (told,) = alarms_fact.changes(body)
    assert (told.change, told.at, told.event, told.was, told.note) == (3, now, Event.RAISE, "", "vì")
    assert alarms_fact.alarm_of(told) == alarm
