/** Everything the page says, in Vietnamese and English. */

export type Language = "vi" | "en";

const VI = {
  live: "trực tiếp",
  provisional: "tạm tính",
  final: "chốt",
  restated: "điều chỉnh",
  stale: "QUÁ HẠN",
  none: "chưa có số liệu",
  notEnough: "chưa đủ số liệu",
  noData: "chưa có số liệu",
  noStation: "chưa có",
  old: "quá hạn",
  ago: (n: number, unit: Unit) => `${n} ${{ s: "giây", min: "phút", h: "giờ", d: "ngày" }[unit]} trước`,
  now: "vừa xong",
  connecting: "Đang kết nối",
  connected: (since: string) => `Trực tiếp từ ${since}`,
  cut: "Mất kết nối",
  cutBand: (since: string) => `MẤT KẾT NỐI với máy chủ từ ${since}. Số trên màn hình là số cũ.`,
  neverBand: "CHƯA KẾT NỐI ĐƯỢC với máy chủ. Màn hình tự thử lại.",
  refused: (reason: string) => `MÁY CHỦ TỪ CHỐI màn hình này: ${reason}`,
  refusals: {
    too_many_walls: "đã đủ số màn hình",
    unknown_board: "không có bảng này",
    unknown_protocol: "trang đã cũ, hãy tải lại",
    not_understood: "không hiểu yêu cầu",
    no_hello: "màn hình không chào kịp",
  } as Record<string, string>,
  missing: "THIẾU",
  more: (count: number) => `và ${count} thành phần nữa`,
  parts: (count: number) => `${count} thành phần`,
  since: (time: string) => `từ ${time}`,
  allWell: "Mọi thành phần đang chạy",
  fewReporting: (fresh: number, all: number) => `CHỈ ${fresh}/${all} TRẠM có số mới`,
  reporting: (fresh: number, all: number) => `${fresh}/${all} trạm có số mới`,
  stations: (used: number, all: number) => `${used}/${all} trạm`,
  below: (limit: string) => `dưới ${limit}`,
  weekdays: ["Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"],
  aqi: ["Tốt", "Trung bình", "Kém", "Xấu", "Rất xấu", "Nguy hại"],
  kinds: {
    air: "không khí",
    noise: "tiếng ồn",
    water_level: "mực nước",
    traffic: "giao thông",
    power: "điện",
    water_quality: "chất lượng nước",
    salinity: "độ mặn",
    rain: "mưa",
  } as Record<string, string>,
  units: { "veh/h": "xe/giờ", dBA: "dBA" } as Record<string, string>,
  peers: {
    database: "cơ sở dữ liệu",
    bus: "kênh tin RabbitMQ",
    gateway: "cổng thiết bị",
    worker: "bộ tính chỉ số",
    relay: "bộ chuyển tin",
    api: "cổng gRPC",
    doorkeeper: "bộ cấp quyền thiết bị",
    collector: "bộ lấy dữ liệu nguồn",
    simulator: "tỉnh mô phỏng",
    broker: "MQTT",
  } as Record<string, string>,
};

type Unit = "s" | "min" | "h" | "d";
type Vocabulary = typeof VI;

const EN: Vocabulary = {
  live: "live",
  provisional: "provisional",
  final: "final",
  restated: "restated",
  stale: "STALE",
  none: "no data yet",
  notEnough: "too few data",
  noData: "no data",
  noStation: "none yet",
  old: "stale",
  ago: (n, unit) => `${n} ${{ s: "s", min: "min", h: "h", d: n === 1 ? "day" : "days" }[unit]} ago`,
  now: "just now",
  connecting: "Connecting",
  connected: (since) => `Live since ${since}`,
  cut: "Cut off",
  cutBand: (since) => `CUT OFF from the server since ${since}. The figures on screen are old.`,
  neverBand: "NOT CONNECTED to the server yet. The screen keeps trying.",
  refused: (reason) => `THE SERVER REFUSED this screen: ${reason}`,
  refusals: {
    too_many_walls: "too many walls",
    unknown_board: "no such board",
    unknown_protocol: "the page is old, load it again",
    not_understood: "not understood",
    no_hello: "no hello in time",
  },
  missing: "MISSING",
  more: (count) => `and ${count} more`,
  parts: (count) => `${count} ${count === 1 ? "part" : "parts"}`,
  since: (time) => `since ${time}`,
  allWell: "Everything is running",
  fewReporting: (fresh, all) => `ONLY ${fresh}/${all} STATIONS reporting`,
  reporting: (fresh, all) => `${fresh}/${all} stations reporting`,
  stations: (used, all) => `${used}/${all} stations`,
  below: (limit) => `below ${limit}`,
  weekdays: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
  aqi: ["Good", "Moderate", "Poor", "Bad", "Very bad", "Hazardous"],
  kinds: {
    air: "air",
    noise: "noise",
    water_level: "water level",
    traffic: "traffic",
    power: "power",
    water_quality: "water quality",
    salinity: "salinity",
    rain: "rain",
  },
  units: {},
  peers: {
    database: "database",
    bus: "RabbitMQ",
    gateway: "device gateway",
    worker: "indicator worker",
    relay: "fact relay",
    api: "gRPC API",
    doorkeeper: "device access",
    collector: "source collector",
    simulator: "simulated province",
    broker: "MQTT",
  },
};

export const language: Language =
  new URLSearchParams(location.search).get("lang") === "en" ? "en" : "vi";
export const words: Vocabulary = language === "en" ? EN : VI;

/** A stored word pair, in the language of this wall. */
export function said(pair: { vi: string; en: string }): string {
  return pair[language] || pair.vi;
}

export function unitWord(unit: string): string {
  return words.units[unit] ?? unit;
}
