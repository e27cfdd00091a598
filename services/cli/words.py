"""The words people see: Vietnamese and English headings and messages of the command line."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["vi", "en"]

# Key of a column, as in --json: its heading.
HEADINGS: dict[str, tuple[str, str]] = {
    "values": ("Giá trị", "Values"),
    "resume_token": ("Mã tiếp tục", "Resume token"),
    "rejected": ("Từ chối", "Rejected"),
    "promise": ("Hạn gửi", "Promise"),
    "position": ("Vị trí", "Position"),
    "organisations": ("Các cơ quan", "Organisations"),
    "organisation": ("Đơn vị phụ trách", "Organisation"),
    "lines": ("Dòng nhận", "Lines"),
    "late": ("Trễ hạn", "Late"),
    "duty": ("Trực", "On duty"),
    "days": ("Các ngày", "Days"),
    "dataset": ("Bộ dữ liệu", "Dataset"),
    "cause": ("Vì", "Because"),
    "batch": ("Lô", "Batch"),
    "areas": ("Địa bàn", "Areas"),
    "area_code": ("Mã địa bàn", "Area"),
    "cursor": ("Con trỏ", "Cursor"),
    "due_at": ("Phải có lúc", "Due at"),
    "failures": ("Hỏng liên tiếp", "Failures in a row"),
    "host": ("Máy nguồn", "Host"),
    "overdue_s": ("Trễ (giây)", "Late by (s)"),
    "pages": ("Số trang", "Pages"),
    "rests_until": ("Tạm ngừng đến", "Left alone until"),
    "action": ("Việc", "Action"),
    "actor": ("Người làm", "Actor"),
    "arithmetic_mean": ("Trung bình cộng", "Arithmetic mean"),
    "at": ("Thời điểm", "At"),
    "attempts": ("Lần gửi", "Attempts"),
    "bytes_per_reading": ("Byte mỗi số đo", "Bytes a reading"),
    "bytes_per_row": ("Byte mỗi hàng", "Bytes a row"),
    "catalogue_id": ("Mã danh mục", "Catalogue"),
    "changed_at": ("Đổi lúc", "Changed at"),
    "channel": ("Kênh", "Channel"),
    "channels": ("Các kênh", "Channels"),
    "client": ("Máy khách MQTT hoặc địa chỉ", "MQTT client or address"),
    "closed_at": ("Đóng lúc", "Closed at"),
    "closed_by": ("Người đóng", "Closed by"),
    "closed_why": ("Vì sao đóng", "Closed because"),
    "code": ("Mã", "Code"),
    "command": ("Lệnh", "Command"),
    "compressed_divisions": ("Phân vùng đã nén", "Compressed"),
    "compressed_to": ("Nén còn", "Compressed to"),
    "conflicting": ("Mâu thuẫn", "Conflicting"),
    "corrected": ("Đã sửa", "Corrected"),
    "count": ("Số lần", "Count"),
    "detail": ("Chi tiết", "Detail"),
    "device": ("Thiết bị", "Device"),
    "divisions": ("Phân vùng", "Divisions"),
    "duplicate": ("Trùng", "Duplicate"),
    "expected": ("Chu kỳ phải có", "Expected"),
    "expires_at": ("Hết hạn", "Expires at"),
    "field": ("Trường", "Field"),
    "finished_at": ("Kết thúc", "Finished at"),
    "first": ("Giá trị đầu", "First"),
    "first_at": ("Lần đầu", "First at"),
    "formula_version": ("Phiên bản công thức", "Formula version"),
    "id": ("Số", "Id"),
    "indicator": ("Chỉ số", "Indicator"),
    "index_mb": ("Chỉ mục (MB)", "Indexes, MB"),
    "inputs": ("Đầu vào dùng/cần", "Inputs used/expected"),
    "interval_s": ("Chu kỳ (giây)", "Interval (s)"),
    "issued_at": ("Ra lệnh lúc", "Issued at"),
    "issued_by": ("Người ra lệnh", "Issued by"),
    "kind": ("Loại", "Kind"),
    "last": ("Giá trị cuối", "Last"),
    "last_at": ("Lần cuối", "Last at"),
    "latitude": ("Vĩ độ", "Latitude"),
    "level": ("Cấp", "Level"),
    "line": ("Dòng", "Line"),
    "longitude": ("Kinh độ", "Longitude"),
    "max": ("Cao nhất", "Max"),
    "mean": ("Trung bình", "Mean"),
    "min": ("Thấp nhất", "Min"),
    "missing": ("Thiếu", "Missing"),
    "name": ("Tên", "Name"),
    "name_en": ("Tên tiếng Anh", "English name"),
    "name_vi": ("Tên", "Name"),
    "never_reached": ("Không tới nơi", "Never reached us"),
    "old_valid_until": ("Mã cũ dùng được đến", "Old one works until"),
    "observed_at": ("Thời điểm đo", "Observed at"),
    "outcome": ("Kết quả nạp lại", "Outcome"),
    "parameters": ("Tham số", "Parameters"),
    "parent_code": ("Thuộc", "Part of"),
    "payload": ("Nội dung gốc", "Payload"),
    "payload_bytes": ("Số byte", "Bytes"),
    "period_s": ("Kỳ (giây)", "Period (s)"),
    "period_start": ("Đầu kỳ", "Period start"),
    "population": ("Dân số", "Population"),
    "present": ("Có số đo", "Present"),
    "quality": ("Chất lượng", "Quality"),
    "quarantined": ("Cách ly", "Quarantined"),
    "readings": ("Số đo", "Readings"),
    "reason": ("Lý do", "Reason"),
    "received": ("Đã nhận", "Received"),
    "received_at": ("Thời điểm nhận", "Received at"),
    "replaced_until": ("Đã đổi, dùng được đến", "Replaced, works until"),
    "requests_per_s": ("Lượt gọi/giây", "Calls a second"),
    "replaced_by": ("Thay bằng", "Replaced by"),
    "replayed": ("Đã nạp lại", "Replayed"),
    "revision": ("Lần sửa", "Revision"),
    "rows": ("Hàng", "Rows"),
    "scopes": ("Quyền", "Scopes"),
    "secret": ("Mật khẩu", "Secret"),
    "sent_at": ("Tới máy chủ MQTT lúc", "At the broker since"),
    "skipped": ("Bỏ qua theo QC", "Skipped by QC"),
    "standing_value": ("Giá trị đứng", "Standing value"),
    "state": ("Trạng thái", "State"),
    "still_refused": ("Vẫn bị từ chối", "Still refused"),
    "stored": ("Đã lưu", "Stored"),
    "streams": ("Luồng cùng lúc", "Streams at a time"),
    "suspect": ("Nghi ngờ", "Suspect"),
    "subject": ("Đối tượng", "Subject"),
    "subject_kind": ("Loại đối tượng", "Subject kind"),
    "table_mb": ("Dữ liệu (MB)", "Data, MB"),
    "tier": ("Bậc", "Tier"),
    "token": ("Mã truy cập", "Token"),
    "time_weighted_mean": ("Trung bình theo thời gian", "Time-weighted mean"),
    "topic": ("Chủ đề MQTT", "MQTT topic"),
    "trace_id": ("Mã theo dõi", "Trace id"),
    "unit": ("Đơn vị", "Unit"),
    "username": ("Tên đăng nhập MQTT", "MQTT user"),
    "valid_from": ("Từ ngày", "Valid from"),
    "valid_to": ("Đến trước ngày", "Valid to"),
    "value": ("Giá trị", "Value"),
    "verdict": ("Kết quả", "Verdict"),
    "version": ("Phiên bản", "Version"),
    "was": ("Trước đó", "Was"),
    "account": ("Tài khoản", "Account"),
    "added": ("Thêm", "Added"),
    "basis": ("Căn cứ tỷ lệ", "Basis"),
    "belongs_to": ("Thuộc về", "Belongs to"),
    "candidates": ("Có thể là", "Could be"),
    "changed": ("Đổi", "Changed"),
    "complete": ("Đủ hay thiếu", "Complete"),
    "contact": ("Liên hệ", "Contact"),
    "day": ("Ngày", "Day"),
    "extent": ("Toàn bộ hay một phần", "Whole or part"),
    "lacks": ("Còn thiếu", "Lacks"),
    "new_code": ("Mã mới", "New code"),
    "new_name_vi": ("Tên mới", "New name"),
    "old_code": ("Mã cũ", "Old code"),
    "old_name_vi": ("Tên cũ", "Old name"),
    "position_vi": ("Chức vụ", "Position"),
    "removed": ("Bỏ", "Removed"),
    "same": ("Giữ nguyên", "Same"),
    "serves": ("Phục vụ địa bàn", "Serves"),
    "source": ("Nguồn dữ liệu", "Source"),
    "weight": ("Tỷ lệ", "Weight"),
    "words": ("Lời văn nghị quyết", "Words of the decree"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    "nothing": ("Không có gì để hiển thị.", "Nothing to show."),
    "no_token": (
        "Thiếu mã truy cập. Đặt HAIDANG_TOKEN, hoặc chạy nơi có .local/client.env (do make run tạo).",
        "No token. Set HAIDANG_TOKEN, or run where .local/client.env is (make run writes it).",
    ),
    "unauthenticated": (
        "Mã truy cập không được chấp nhận: {detail}",
        "The token was not accepted: {detail}",
    ),
    "forbidden": ("Mã truy cập không đủ quyền: {detail}", "The token does not suffice: {detail}"),
    "unavailable": ("Không kết nối được {address}: {detail}", "Cannot reach {address}: {detail}"),
    "too_much": ("Vượt giới hạn của mã truy cập: {detail}", "More than the token may: {detail}"),
    "new_secret": (
        "Đặt mã mới vào HAIDANG_TOKEN; mã này không được hiển thị lần nữa.",
        "Put the new secret into HAIDANG_TOKEN; it is not shown again.",
    ),
    "too_late": ("{address} không trả lời kịp: {detail}", "{address} did not answer in time: {detail}"),
    "invalid": ("Yêu cầu không hợp lệ: {detail}", "The request is not valid: {detail}"),
    "not_found": ("Không tìm thấy: {detail}", "Not found: {detail}"),
    "out_of_range": (
        "Nhật ký không còn giữ đoạn này: {detail}",
        "The log no longer holds this: {detail}",
    ),
    "not_done": (
        "Thiết bị không xác nhận đã làm.",
        "The device did not say that it did it.",
    ),
    "failed": ("Lỗi ({code}): {detail}", "Failed ({code}): {detail}"),
    "resuming": ("Mất kết nối ({detail}); đang nối tiếp …", "Connection lost ({detail}); resuming …"),
    "replayed": (
        "Nạp lại {items}, còn giữ {kept}; lưu {stored}, trùng {duplicate}, sửa {corrected}, "
        "mâu thuẫn {conflicting}.",
        "{items} replayed, {kept} kept; {stored} stored, {duplicate} duplicate, {corrected} corrected, "
        "{conflicting} conflicting.",
    ),
    "discarded": ("Đã bỏ {items}.", "{items} discarded."),
    "no_devices": ("Không có thiết bị nào ở địa bàn {area!r}.", "No devices in area {area!r}."),
    "more": ("… còn nữa: tăng --limit.", "… there is more: raise --limit."),
    "exported": ("Đã ghi {rows} dòng vào {file}.", "{rows} rows written to {file}."),
    "importing": ("Nhập", "Importing"),
    "sending": ("Gửi", "Sending"),
    "accounting": ("Đối soát", "Accounting"),
    "adds_up": (
        "Khớp: {received} = lưu + trùng + sửa + mâu thuẫn + cách ly + bỏ qua.",
        "It adds up: {received} = stored + duplicate + corrected + conflicting + quarantined + skipped.",
    ),
    "does_not_add_up": (
        "Không khớp: gửi {sent}, máy chủ ghi nhận {received}.",
        "It does not add up: {sent} sent, {received} accounted for.",
    ),
    "imported": (
        "Đã ghi {written} thiết bị, {refused} dòng bị từ chối.",
        "{written} written, {refused} refused.",
    ),
    "some_refused": ("Có dòng bị từ chối.", "Some lines were refused."),
    "source_failed": (
        "{source}: {detail}; hỏi lại sau {wait_s} giây.",
        "{source}: {detail}; asked again in {wait_s} s.",
    ),
    "source_rests": (
        "{source}: {detail}; hỏng nhiều lần liên tiếp, tạm ngừng {wait_s} giây.",
        "{source}: {detail}; failed again and again, left alone for {wait_s} s.",
    ),
    "some_sources_failed": ("Có nguồn không lấy được dữ liệu.", "Some sources could not be pulled."),
    "unresolved": (
        "{count} chỗ trong lời văn không xác định được đơn vị nào; khai rõ bằng [[changes]].",
        "{count} places in the words say no unit for certain; declare them by [[changes]].",
    ),
    "only_planned": (
        "Chưa thay đổi gì; chạy apply để thực hiện.",
        "Nothing has been changed; run apply to do it.",
    ),
    "lost": (
        "Không biết, hoặc không biết hết, các đơn vị này thành gì: {codes}.",
        "What became of these is not known, or not in full: {codes}.",
    ),
    "not_restatable": (
        "{count} giá trị không quy đổi được:",
        "{count} values cannot be restated:",
    ),
    "secret_once": (
        "Mật khẩu chỉ hiện lần này; có hiệu lực trong 5 giây.",
        "The secret is shown this once; it is in effect within 5 s.",
    ),
}

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
    "district": ("huyện", "district"),
    "commune": ("xã, phường", "commune"),
    "whole": ("toàn bộ", "whole"),
    "part": ("một phần", "part"),
    "uncertain": ("chưa rõ", "uncertain"),
    "complete": ("đủ", "complete"),
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
    "pending": ("chờ duyệt", "waiting for approval"),
    "refused": ("không duyệt", "refused"),
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


def _pick(pair: tuple[str, str], language: Language) -> str:
    return pair[0] if language == "vi" else pair[1]
