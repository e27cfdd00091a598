"""Published indices, and satisfaction as it was asked for."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.cells import Limits, whole_limits
from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import (
    Scope,
    newest,
    only,
    percent,
    share,
    total,
)


def _published(id: str, index: str, part: str, whole: str = "") -> None:
    @figure(id, "p", "y")
    def published(s: Scope) -> Fraction | Limits:
        def said(one: Entity) -> Fraction | Limits | None:
            value, of = one.number(part), one.number(whole) if whole else Fraction(100)
            if part == "rank" and value is None and not whole:
                return whole_limits(one.text(part) or "")
            return None if value is None or not of else 100 * value / of

        return newest(only(s.happened("rankings.scores"), index=index), said)


_published("AR-01", "par_index", "score", "score_max")
_published("AR-01.rank", "par_index", "rank")
_published("AR-01.position", "par_index", "rank", "field_size")
_published("AR-02", "par_modernisation", "score", "score_max")
_published("AR-03", "sipas", "score", "score_max")
_published("AR-05", "dti", "score")
_published("AR-05.rank", "dti", "rank")
_published("AR-06", "ict", "rank")
_published("AR-06.position", "ict", "rank", "field_size")


@figure("AR-03.own", "op", "qy", "aspect")
def own_survey(s: Scope) -> Fraction:
    answers = s.happened("satisfaction.surveys")
    return percent(total(answers, "satisfied"), total(answers, "responses"))


@figure("AR-04.survey", "op", "qy", "respondents")
def overall_survey(s: Scope) -> Fraction:
    answers = only(s.happened("satisfaction.surveys"), aspect="overall")
    return percent(total(answers, "satisfied"), total(answers, "responses"))


@figure("AR-04", "aop", "dmy", "channel")
def satisfied(s: Scope) -> Fraction:
    answers = s.happened("satisfaction.kiosk_answers")
    return share(only(answers, answer_value=("very_satisfied", "satisfied")), answers)


@figure("AR-04.not_dissatisfied", "aop", "dmy", "channel")
def not_dissatisfied(s: Scope) -> Fraction:
    answers = s.happened("satisfaction.kiosk_answers")
    return percent(len(answers) - len(only(answers, answer_value="dissatisfied")), len(answers))
