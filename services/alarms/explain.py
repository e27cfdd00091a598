"""Why an alarm is there, in a sentence of each language and the numbers in it. Pure."""

from __future__ import annotations

from services.alarms import durations, indicated
from services.alarms.domain import SEVERITY_WORDS, Severity
from services.alarms.rules import Rule
from services.alarms.usual import Usual

Explanation = dict[str, object]
_VIETNAMESE = str.maketrans(",.", ".,")


def explained(rule: Rule, level: int, x: float, usual: Usual | None = None) -> Explanation:
    """`x` as it was compared (in the direction of the grading); `level` from 1."""
    grading = rule.grading
    value, limit = grading.direction * x, grading.direction * grading.limits[level - 1]
    numbers: Explanation = {"value": value, "limit": limit, "unit": unit_of(rule)[1]}
    numbers["unit_vi"] = unit_of(rule)[0]
    if usual is not None:
        numbers |= {"median": usual.median, "mad": usual.mad, "weeks": usual.weeks, "scale": usual.scale}
    vi, en = _sentences(rule, value, limit, usual)
    severity = Severity(grading.severities[level - 1])
    words = SEVERITY_WORDS[severity]
    return {"vi": f"{words[0]}: {vi}", "en": f"{words[1]}: {en}"} | numbers


def unit_of(rule: Rule) -> tuple[str, str]:
    """What the numbers of a rule are in, in each language."""
    match rule.kind:
        case "rate":
            vi, en = durations.words(rule.per_ms)
            return f"{rule.over.unit} mỗi {vi}", f"{rule.over.unit} per {en}"
        case "usual":
            return "độ lệch", "deviations"
        case "silence":
            return "chu kỳ gửi", "intervals"
        case "late" | "deadline":
            return "giờ", "h"
        case "quarantine":
            return "%", "%"
        case "ledger":
            return ("độ lệch", "deviations") if rule.text.of == "received" else ("số đo", "readings")
    return rule.over.unit, rule.over.unit


def _sentences(rule: Rule, value: float, limit: float, usual: Usual | None) -> tuple[str, str]:
    if rule.kind in ("late", "deadline"):
        return _promised(rule, value, limit)
    unit_vi, unit_en = unit_of(rule)
    sign = "≥" if rule.grading.direction > 0 else "≤"
    said, asked = number(value), number(limit)
    vi = f"{rule.text.vi}: {number_vi(value)} {unit_vi} {sign} {number_vi(limit)} {unit_vi}"
    en = f"{rule.text.en}: {said} {unit_en} {sign} {asked} {unit_en}"
    if usual is not None:
        against_vi, against_en = _against(rule, value, usual)
        vi, en = f"{vi} ({against_vi})", f"{en} ({against_en})"
    if rule.grading.hold_ms and rule.kind not in ("silence",):
        held_vi, held_en = durations.words(rule.grading.hold_ms)
        vi, en = f"{vi}, liên tục {held_vi}", f"{en}, for {held_en}"
    if rule.grading.repeat_times:
        within_vi, within_en = durations.words(rule.grading.repeat_ms)
        vi = f"{vi}, {rule.grading.repeat_times} lần trong {within_vi}"
        en = f"{en}, {rule.grading.repeat_times} times within {within_en}"
    return vi, en


def _against(rule: Rule, value: float, usual: Usual) -> tuple[str, str]:
    """What was found, and what is usual."""
    indicator, weeks = rule.over.indicator, usual.weeks
    found, middle = usual.median + value * usual.scale, usual.median
    unit = indicated.unit(indicator) if indicator else rule.over.unit
    is_daily = indicated.told_by(indicator) == "day"
    vi = f"cùng thứ {weeks} tuần trước" if is_daily else f"giờ này {weeks} tuần trước"
    en = (
        f"on this day of the {weeks} weeks before"
        if is_daily
        else f"at this hour of the {weeks} weeks before"
    )
    found_vi, found_en = ("giá trị", "value") if indicator else ("đo", "measured")
    return (
        f"{found_vi} {number_vi(found)}; {vi} thường là {number_vi(middle)} {unit}".rstrip(),
        f"{found_en} {number(found)}; {en} usually {number(middle)} {unit}".rstrip(),
    )


def _promised(rule: Rule, hours: float, limit: float) -> tuple[str, str]:
    """Hours past or before what was promised, as people say them."""
    vi, en = durations.spoken(hours * durations.HOUR_MS)
    if rule.kind == "deadline":
        return f"{rule.text.vi}: còn {vi}", f"{rule.text.en}: {en} left"
    vi, en = f"{rule.text.vi}: quá hạn {vi}", f"{rule.text.en}: {en} past due"
    if not limit:
        return vi, en
    limit_vi, limit_en = durations.spoken(limit * durations.HOUR_MS)
    return f"{vi} (mức này từ {limit_vi})", f"{en} (this level from {limit_en} on)"


def number_vi(value: float) -> str:
    """The same as it is written in Việt Nam: 1.234,5."""
    said = f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    return said.translate(_VIETNAMESE)


def number(value: float) -> str:
    """At most four digits that say something, without an exponent where it can be."""
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"
