"""The words people see: headings, messages, and what codes are called, in Vietnamese and English."""

from collections.abc import Mapping
from typing import Literal

from services.cli.headings import HEADINGS
from services.cli.messages import MESSAGES

Language = Literal["vi", "en"]

QUALITIES: dict[str, tuple[str, str]] = {
    "good": ("tốt", "good"),
    "suspect": ("nghi ngờ", "suspect"),
    "stuck": ("nghi ngờ: đứng yên", "suspect: stuck"),
    "jump": ("nghi ngờ: nhảy vọt", "suspect: jump"),
}

STATES: dict[str, tuple[str, str]] = {
    "provisional": ("tạm tính", "provisional"),
    "final": ("chốt", "final"),
    "restated": ("điều chỉnh", "restated"),
    "provisioned": ("đã khai báo", "provisioned"),
    "active": ("hoạt động", "active"),
    "retired": ("ngừng", "retired"),
    "province": ("tỉnh, thành phố", "province"),
    "area": ("địa bàn", "area"),
    "organisation": ("cơ quan", "organisation"),
    "day": ("ngày", "day"),
    "month": ("tháng", "month"),
    "quarter": ("quý", "quarter"),
    "year": ("năm", "year"),
    "district": ("huyện", "district"),
    "commune": ("xã, phường", "commune"),
    "yes": ("có", "yes"),
    "count": ("đếm", "count"),
    "sum": ("cộng", "sum"),
    "level": ("tồn cuối kỳ", "stock at the end"),
    "distinct": ("đếm khác nhau", "distinct"),
    "distinct_level": ("tồn, đếm khác nhau", "distinct stock"),
    "pool": ("tập giá trị", "pool"),
    "max": ("lớn nhất", "max"),
    "min": ("nhỏ nhất", "min"),
    "max_of_sum": ("tổng lớn nhất", "max of sums"),
    "last": ("mới nhất", "last"),
    "new": ("mới", "new"),
    "changed": ("tính khác", "changed"),
    "words": ("chỉ đổi lời", "words only"),
    "records": ("dữ liệu gửi đến", "records"),
    "clock": ("đến thời điểm", "a moment came"),
    "rebuild": ("tính lại theo định nghĩa", "made anew"),
    "definitions": ("định nghĩa", "definitions"),
    "seen": ("đã đọc văn bản", "text seen"),
    "memory": ("chưa đọc lại văn bản", "from memory"),
    "design": ("tự thiết kế", "own design"),
    "whole": ("toàn bộ", "whole"),
    "part": ("một phần", "part"),
    "uncertain": ("chưa rõ", "uncertain"),
    "complete": ("đủ", "complete"),
    "right": ("đúng", "right"),
    "clean": ("sạch", "clean"),
    "live": ("sống", "live"),
    "incomplete": ("thiếu", "incomplete"),
    "queued": ("đang chờ gửi", "queued"),
    "sent": ("đã gửi, thiết bị chưa trả lời", "sent, no answer yet"),
    "acknowledged": ("thiết bị đã làm", "acknowledged"),
    "expired": ("hết hạn", "expired"),
    "failed": ("thiết bị từ chối", "failed"),
    "station": ("trạm", "station"),
    "replaced": ("đã thay thế", "replaced"),
    "suspended": ("tạm khoá", "suspended"),
    "revoked": ("đã thu hồi", "revoked"),
    "waiting": ("chờ gửi", "waiting"),
    "delivered": ("đã nhận", "delivered"),
    "given_up": ("không báo được", "given up"),
    "notice": ("lưu ý", "notice"),
    "warning": ("cảnh báo", "warning"),
    "serious": ("nghiêm trọng", "serious"),
    "emergency": ("khẩn cấp", "emergency"),
    "acknowledge": ("tiếp nhận", "acknowledged"),
    "shelve": ("tạm gác", "shelved"),
    "unshelve": ("thôi tạm gác", "taken off the shelf"),
    "escalate": ("báo cấp trên", "escalated"),
    "remark": ("ghi chú cảnh báo", "note on an alarm"),
    "unattended": ("không có người trực", "nobody on duty"),
    "undelivered": ("không báo được", "could not be told"),
    "note": ("ghi chú", "note"),
    "handover": ("giao ca", "handover"),
    "maintenance": ("bảo trì", "maintenance"),
    "device": ("thiết bị", "device"),
    "cause": ("nguyên nhân", "cause"),
    "rule": ("quy tắc", "rule"),
    "dataset": ("bộ dữ liệu", "data set"),
    "everything": ("toàn hệ thống", "everything"),
    "open": ("chờ xử lý", "open"),
    "replayed": ("đã nạp lại", "replayed"),
    "discarded": ("đã bỏ", "discarded"),
    "withdrawn": ("đã rút", "withdrawn"),
    "unfinished": ("chưa gửi hết", "unfinished"),
    "taken": ("đã nhận đủ", "taken"),
    "validated": ("chỉ kiểm tra", "validated only"),
    "on_time": ("đúng hạn", "on time"),
    "late": ("trễ hạn", "late"),
    "never": ("chưa từng gửi", "never begun"),
    "asked": ("lấy theo lịch", "asked as declared"),
    "rests": ("hỏng nhiều lần, tạm ngừng", "failed often, rests"),
    "on_trial": ("sắp thử lại một lần", "tried once more"),
    "ended": ("đã kết thúc", "ended"),
    "goes_on": ("còn tiếp", "goes on"),
    "missing": ("chưa có", "missing"),
    "not_started": ("chưa bắt đầu", "not started"),
    "running": ("đang tính", "running"),
    "paused": ("đang tạm dừng", "paused"),
    "stopped": ("đã dừng", "stopped"),
    "working_days": ("ngày làm việc", "working days"),
    "working_hours": ("giờ làm việc", "working hours"),
    "ahead": ("chưa đến hạn", "ahead"),
    "overdue": ("quá hạn", "overdue"),
    "met": ("xong đúng hạn", "met"),
    "missed": ("xong trễ hạn", "missed"),
    "pending": ("chờ duyệt", "waiting for approval"),
    "refused": ("không duyệt", "refused"),
}


ALARM_STATES: dict[str, tuple[str, str]] = {
    "raised": ("mới phát sinh", "raised"),
    "acknowledged": ("đã tiếp nhận", "acknowledged"),
    "shelved": ("tạm gác", "shelved"),
    "escalated": ("đã báo cấp trên", "escalated"),
    "cleared": ("đã trở lại bình thường", "cleared"),
    "closed": ("đã kết thúc", "closed"),
}


OF_WALLS: dict[str, tuple[str, str]] = {
    "paired": ("ghép", "paired"),
    "screen": ("màn hình nhận mã", "screen came"),
    "changed": ("đổi thiết lập", "changed"),
    "revoked": ("thu hồi", "revoked"),
    "reload": ("cho tải lại", "reload"),
    "incident": ("chiếm màn hình cho sự cố", "taken over"),
    "released": ("trả màn hình", "released"),
}

# What a file does to a board and its panels, what is missing, and where a board comes from.
OF_BOARDS: dict[str, tuple[str, str]] = {
    "new": ("bảng mới", "new board"),
    "changed_board": ("sửa bảng", "board changed"),
    "same": ("giữ nguyên", "as it is"),
    "added": ("thêm ô", "panel added"),
    "removed": ("bỏ ô", "panel removed"),
    "moved": ("dời chỗ", "panel moved"),
    "changed": ("sửa ô", "panel changed"),
    "missing": ("chưa có", "not there"),
    "walls": ("tường dùng bảng này", "walls set to it"),
    "shipped": ("đi kèm phần mềm", "shipped"),
    "applied": ("đã áp dụng", "applied"),
    "reset": ("về bảng đi kèm", "back to the shipped one"),
}
NOT_THERE: dict[str, tuple[str, str]] = {
    "unknown_indicator": ("không có chỉ số {what}", "no indicator {what}"),
    "unknown_period": ("chỉ số không tính theo kỳ này: {what}", "not computed by this period: {what}"),
    "unknown_subject": ("không có đối tượng {what}", "no such subject: {what}"),
    "no_device": (
        "không thiết bị đang hoạt động nào có {what}",
        "no active device has {what}",
    ),
}

# What happens to alarms and rules, why one is not shown or an episode ended, and kinds of rules: other words
# than for what happens to devices and batches.
OF_ALARMS: dict[str, tuple[str, str]] = {
    "raise": ("phát sinh", "raised"),
    "worsen": ("nặng thêm", "got worse"),
    "ease": ("giảm nhẹ", "eased"),
    "clear": ("trở lại bình thường", "cleared"),
    "acknowledge": ("tiếp nhận", "acknowledged"),
    "shelve": ("tạm gác", "shelved"),
    "unshelve": ("thôi tạm gác", "taken off the shelf"),
    "escalate": ("báo cấp trên", "escalated"),
    "close": ("kết thúc", "closed"),
    "note": ("ghi chú", "note"),
    "unknown": ("mất số liệu", "evidence stopped"),
    "known": ("có số liệu lại", "evidence came again"),
    "refute": ("số liệu đến muộn bác bỏ", "refuted by late data"),
    "suppress": ("thôi hiện riêng", "no longer shown by itself"),
    "release": ("hiện riêng lại", "shown by itself again"),
    "count": ("nhóm đổi số lượng", "the group counts others"),
    "group": ("trong nhóm", "in a group"),
    "ceiling": ("quá nhiều cùng lúc", "too many at once"),
    "maintenance": ("bảo trì", "maintenance"),
    "normal": ("bình thường lại", "normal again"),
    "schedule": ("hết giờ theo dõi", "not watched then"),
    "rule": ("quy tắc thay đổi", "the rule changed"),
    "refuted": ("số liệu đến muộn bác bỏ", "refuted by late data"),
    "limit": ("vượt ngưỡng", "limit"),
    "rate": ("thay đổi nhanh", "rate of change"),
    "usual": ("khác thường lệ", "unusual"),
    "silence": ("mất tín hiệu", "silence"),
    "late": ("trễ hạn gửi", "late"),
    "deadline": ("sắp đến hạn", "deadline"),
    "quarantine": ("số đo bị cách ly", "quarantine"),
    "ledger": ("đối soát lệch", "ledger"),
    "new": ("thêm mới", "new"),
    "changed": ("sửa đổi", "changed"),
    "words": ("chỉ đổi lời", "words only"),
    "gone": ("bỏ", "gone"),
    "no_longer": ("thôi báo", "no longer raised"),
    "anew": ("báo thêm", "raised anew"),
}


def language(asked: str | None, variables: Mapping[str, str]) -> Language:
    """What was asked for, else Vietnamese where the locale is, else English."""
    if asked in ("vi", "en"):
        return "vi" if asked == "vi" else "en"
    locale = variables.get("LC_ALL") or variables.get("LC_MESSAGES") or variables.get("LANG") or ""
    return "vi" if locale.startswith("vi") else "en"


def heading(key: str, language: Language) -> str:
    return _pick(HEADINGS[key], language)


def message(key: str, language: Language, **facts: object) -> str:
    return _pick(MESSAGES[key], language).format(**facts)


def quality(bits: int, language: Language) -> str:
    """What a reading's quality says, see docs/reasons.md."""
    kind = "stuck" if bits & 2 else "jump" if bits & 4 else "suspect" if bits else "good"
    return _pick(QUALITIES[kind], language)


def state(name: str, language: Language) -> str:
    """The word for a state or kind; names without one are shown as they are."""
    return _pick(STATES.get(name, (name, name)), language)


def alarm_state(name: str, language: Language) -> str:
    """The word for a state of an alarm: a device acknowledges otherwise than a person."""
    return _pick(ALARM_STATES[name], language)


def of_board(name: str, language: Language) -> str:
    return _pick(OF_BOARDS[name], language)


def not_there(reason: str, what: str, language: Language) -> str:
    """What a panel names and is not there; reasons without a sentence are shown as they are."""
    return _pick(NOT_THERE.get(reason, (f"{reason}: {{what}}",) * 2), language).format(what=what)


def of_wall(name: str, language: Language) -> str:
    """The word for what was done to a wall."""
    return _pick(OF_WALLS[name], language)


def of_alarm(name: str, language: Language) -> str:
    """The word for an event of an alarm, for why it is not shown, or for a kind of rule."""
    return _pick(OF_ALARMS[name], language)


def _pick(pair: tuple[str, str], language: Language) -> str:
    return pair[0] if language == "vi" else pair[1]
