"""What an alarm is about, as a wall is told of it: by names, never by codes where there are names."""

from datetime import UTC, datetime

import pytest

from services.alarms import alarms_fact
from services.alarms.domain import Act, Alarm, Event, Severity, State
from services.alarms.notice import Words
from services.display.domain import Catalogue, Organisation
from services.display.sources_alarms import changes_of

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
CATALOGUE = Catalogue(organisations=(Organisation("H99.35", "authority", "UBND phường Trữ Nghĩa", ""),))
RULE = Words(vi="Báo cáo quá hạn", en="Report overdue", do_vi="", do_en="")


@pytest.mark.parametrize(
    ("kind", "subject", "vi", "en"),
    [
        (
            "dataset",
            "workdossiers.counts H99.35",
            "Hồ sơ công việc trên phần mềm – UBND phường Trữ Nghĩa",
            "– UBND phường Trữ Nghĩa",
        ),
        ("dataset", "onestop.dossiers", "Hồ sơ một cửa điện tử", "One-stop dossiers"),
        ("dataset", "gone.dataset H99.1", "gone.dataset – H99.1", "gone.dataset – H99.1"),
        ("organisation", "H99.35", "UBND phường Trữ Nghĩa", "UBND phường Trữ Nghĩa"),
    ],
)
def test_what_is_late_is_called_by_its_name_and_by_whom_it_is_due(
    kind: str, subject: str, vi: str, en: str
) -> None:
    alarm = Alarm(
        key=f"late {kind} {subject}",
        rule="late",
        rule_version=1,
        subject_kind=kind,
        subject=subject,
        device="",
        area_code="",
        state=State.RAISED,
        severity=Severity.WARNING,
        peak_severity=Severity.WARNING,
        began_at=NOW,
        raised_at=NOW,
        alarm=7,
    )
    body = alarms_fact.changed([(1, Event.RAISE, Act(NOW, ""), "", alarm)])

    changes = changes_of(body, {("late", 1): RULE}, CATALOGUE)

    assert changes is not None
    told = changes[0].alarm["subject"]
    assert told["vi"] == vi
    assert told["en"].endswith(en)
