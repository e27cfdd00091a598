"""Owns the invented names of the province. None of them is a Vietnamese commune of today or of 2025."""

PROVINCE_VI = "Tỉnh Hải Đăng"
PROVINCE_EN = "Hải Đăng Province"

# Wards (phường) in the order of their distance from the centre, then rural communes (xã).
WARDS = ("Lộng Ngự", "Mỹ Tiễn", "Đỗ Quyên Hạ", "Yên Dũ", "Trữ Nghĩa", "Vọng Hải Đăng", "Sậy Đỏ", "Thuỵ Ẩn")
RURAL = (
    "Ngọc Ngữ Thượng",
    "Đầm Sẫm",
    "Phú Ngưỡng",
    "Khe Ổi",
    "Đồng Mễ Thượng",
    "Rẫy Đước",
    "Tiên Lữ Hạ",
    "Gò Bằng Lăng",
    "Vĩnh Ỷ",
    "Suối Mộng",
    "Hòn Dự",
    "Quế Đỗ",
    "Bãi Sò Đỏ",
    "Đèo Ẵm",
    "Lạch Trữ",
    "Tân Kỹ Ngãi",
    "Núi Đũa",
    "Mũi Yến Trắng",
    "Cồn Ngỗ",
)

# kind: (what staff call its station, the same in English, landmarks in Vietnamese and English)
STATIONS: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "air": (
        "Không khí",
        "Air",
        (("Công viên", "park"), ("Chợ", "market"), ("Trường học", "school"), ("Bến xe", "coach station")),
    ),
    "noise": (
        "Tiếng ồn",
        "Noise",
        (("Bệnh viện", "hospital"), ("Ngã tư", "crossroads"), ("Khu dân cư", "housing area")),
    ),
    "water_level": (
        "Mực nước",
        "Water level",
        (("Cầu", "bridge"), ("Cống", "sluice"), ("Bến đò", "ferry landing"), ("Đập", "weir")),
    ),
    "traffic": (
        "Giao thông",
        "Traffic",
        (("Ngã năm", "five-way junction"), ("Đường vành đai", "ring road"), ("Quốc lộ", "highway")),
    ),
    "power": (
        "Điện",
        "Power",
        (("Trạm biến áp", "substation"), ("Xuất tuyến", "feeder")),
    ),
    "water_quality": (
        "Chất lượng nước",
        "Water quality",
        (("Sông", "river"), ("Hồ", "lake"), ("Kênh", "canal")),
    ),
    "salinity": (
        "Độ mặn",
        "Salinity",
        (("Cửa sông", "river mouth"), ("Cống ngăn mặn", "salt gate")),
    ),
    "rain": (
        "Đo mưa",
        "Rain gauge",
        (("Hồ chứa", "reservoir"), ("Trạm khí tượng", "weather station")),
    ),
}
