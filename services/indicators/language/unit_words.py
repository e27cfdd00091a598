"""What units are called in Vietnamese. Pure.

Symbols stay as they are written (%, h, km, MWh); of a word that is not known here, so does the word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WORD = re.compile(r"[A-Za-z_]\w*")
SYMBOLS: Final = frozenset({"MWh", "VND", "h", "km", "m3", "min", "s", "t"})
WORDS: Final[Mapping[str, str]] = {
    "agency": "cơ quan",
    "alarm": "cảnh báo",
    "alert": "cảnh báo",
    "answer": "lượt đánh giá",
    "arrival": "lượt khách",
    "authentication": "lượt xác thực",
    "backup": "lượt sao lưu",
    "bed": "giường bệnh",
    "bed_day": "ngày giường",
    "block": "thông tin ngăn chặn",
    "call": "lượt gọi",
    "case": "vụ",
    "certificate": "chứng thư số",
    "commune": "xã",
    "component": "thành phần",
    "contract": "hợp đồng",
    "course": "lớp",
    "crash": "vụ tai nạn",
    "customer": "khách hàng",
    "database": "cơ sở dữ liệu",
    "dataset": "bộ dữ liệu",
    "decision": "chỉ đạo",
    "document": "văn bản",
    "dossier": "hồ sơ",
    "endpoint": "máy trạm",
    "finding": "lỗi phát hiện",
    "form": "biểu mẫu",
    "gib": "GiB",
    "hamlet": "thôn",
    "household": "hộ",
    "incident": "sự cố",
    "infection": "lượt nhiễm",
    "interval": "lượt",
    "kilowatt": "kW",
    "layer": "lớp bản đồ",
    "link": "kết nối",
    "match": "lượt trùng",
    "milestone": "mốc",
    "opening": "lượt mở",
    "operator": "người trực",
    "payment": "giao dịch",
    "person": "người",
    "point": "điểm",
    "procedure": "thủ tục",
    "publication": "lượt công bố",
    "rank": "hạng",
    "recommendation": "kiến nghị",
    "record": "bản ghi",
    "report": "báo cáo",
    "room_night": "đêm phòng",
    "row": "dòng",
    "service": "dịch vụ",
    "session": "cuộc họp",
    "shift": "ca trực",
    "shipment": "bưu gửi",
    "site": "trang",
    "system": "hệ thống",
    "target": "chỉ tiêu",
    "task": "nhiệm vụ",
    "tib": "TiB",
    "ticket": "phản ánh",
    "unit": "đơn vị",
    "update": "lần cập nhật",
    "value": "giá trị",
    "vcpu": "vCPU",
    "work_dossier": "hồ sơ công việc",
    "min": "phút",
    "h": "giờ",
    "s": "giây",
    "t": "tấn",
    "m3": "m³",
    "VND": "đồng",
}


def unit_said(unit: str) -> str:
    """A unit as definitions write it, in Vietnamese."""
    if _WORD.fullmatch(unit):
        return WORDS.get(unit, unit)
    return _WORD.sub(
        lambda word: word[0] if word[0] in SYMBOLS else WORDS.get(word[0], word[0]), unit
    ).replace("*", "·")
