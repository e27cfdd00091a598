"""The sentences of the command line, in Vietnamese and English."""

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
    "open_once": (
        "Trong 15 phút tới, mở một lần trên màn hình đó: http://<địa chỉ máy phát>/?pair={code}",
        "Within 15 minutes, open once on that screen: http://<address of the hub>/?pair={code}",
    ),
    "wall_waits": ("chờ ghép màn hình", "waits for its screen"),
    "wall_unseen": ("vừa ghép, chưa thấy màn hình", "paired, its screen not seen yet"),
    "wall_away": ("mất kết nối", "not connected"),
    "wall_silent": ("đã nối, chưa báo gì", "connected, has said nothing yet"),
    "wall_current": ("kịp thời", "up to date"),
    "wall_behind": ("chậm {seconds} giây", "{seconds} s behind"),
    "board_revision": ("đang ở lần sửa {revision}", "revision {revision} now"),
    "board_showing": ("{wall} (đang hiện)", "{wall} (showing)"),
    "boards_only_planned": (
        "Chưa thay đổi gì; để áp dụng đúng trên những gì vừa xem, chạy apply với {options}",
        "Nothing has been changed; to apply it to just this, run apply with {options}",
    ),
    "boards_applied": (
        "Các tường đang hiện những bảng này đổi theo trong vài giây, không phải tải lại.",
        "Walls that show these boards follow within seconds, without loading anew.",
    ),
    "board_of_revision": (
        "Bảng {board}, lần sửa {revision}. Sửa xong thì chạy apply với --revision {board}={revision}",
        "Board {board}, revision {revision}. Once edited, run apply with --revision {board}={revision}",
    ),
    "more": ("… còn nữa: tăng --limit.", "… there is more: raise --limit."),
    "written": ("Đã ghi {file}.", "{file} written."),
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
    "outside_calendar": (
        "Lịch làm việc không nói đến hết những ngày cần tính: thời gian hoặc hạn chưa biết.",
        "The calendar does not say of all days that are needed: time or due moment is not known.",
    ),
    "unresolved": (
        "{count} chỗ trong lời văn không xác định được đơn vị nào; khai rõ bằng [[changes]].",
        "{count} places in the words say no unit for certain; declare them by [[changes]].",
    ),
    "tried": ("Đã thử {tried}/{of} chỉ tiêu.", "{tried} of {of} indicators tried."),
    "applied": (
        "Đã có hiệu lực; hệ thống đang tính lại, không cần chờ. Theo dõi: haidang figures watch;"
        " giá trị đã chốt mà đổi: haidang figures changes --start {since}",
        "They hold; the figures are being computed, there is no need to wait. Follow: haidang figures watch;"
        " published figures that changed: haidang figures changes --start {since}",
    ),
    "only_planned": (
        "Chưa thay đổi gì; chạy apply để thực hiện.",
        "Nothing has been changed; run apply to do it.",
    ),
    "rules_tried_on": (
        "Thử trên số liệu từ {start} đến {end}.",
        "Tried on the data from {start} to {end}.",
    ),
    "rules_tried": ("Đã xem {tried}/{of} đối tượng.", "{tried} of {of} subjects looked at."),
    "rules_only_planned": (
        "Chưa thay đổi gì; để áp dụng đúng như đã thử, chạy apply với --plan {plan}",
        "Nothing has been changed; to apply just this, run apply with --plan {plan}",
    ),
    "rules_applied": (
        "Có hiệu lực với số liệu từ {since}; cảnh báo theo quy tắc cũ được kết thúc,"
        " còn bất thường thì báo lại.",
        "In force for what is observed since {since}; alarms of old rules are cleared, and raised again where"
        " it is still abnormal.",
    ),
    "lost": (
        "Không biết, hoặc không biết hết, các đơn vị này thành gì: {codes}.",
        "What became of these is not known, or not in full: {codes}.",
    ),
    "not_restatable": (
        "{count} giá trị không quy đổi được:",
        "{count} values cannot be restated:",
    ),
    "journal_whole": (
        "Sổ trực nguyên vẹn: {entries} mục, dấu {hash}.",
        "The journal is whole: {entries} entries, hash {hash}.",
    ),
    "journal_wrong": ("Sổ trực đã bị can thiệp: {why}.", "The journal was tampered with: {why}."),
    "history_cut": (
        "{total} thay đổi; hiện {shown} mới nhất.",
        "{total} changes; the newest {shown} are shown.",
    ),
    "handover_cut": ("{total} cảnh báo; hiện {shown}.", "{total} alarms; {shown} are shown."),
    "secret_once": (
        "Mật khẩu chỉ hiện lần này; có hiệu lực trong 5 giây.",
        "The secret is shown this once; it is in effect within 5 s.",
    ),
}
