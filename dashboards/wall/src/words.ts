/** Everything the page says: in Vietnamese here, in English in words_en.ts. */

import { EN } from "./words_en";

export type Language = "vi" | "en";

const VI = {
  states: {
    live: "trực tiếp",
    provisional: "tạm tính",
    final: "chốt",
    restated: "điều chỉnh",
  } as Record<string, string>,
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
  cutBandShort: (since: string) => `MẤT KẾT NỐI từ ${since}. Đây là số cũ.`,
  neverBand: "CHƯA KẾT NỐI ĐƯỢC với máy chủ. Màn hình tự thử lại.",
  refused: (reason: string) => `MÁY CHỦ TỪ CHỐI màn hình này: ${reason}`,
  refusals: {
    too_many_walls: "đã đủ số màn hình",
    unknown_board: "không có bảng này",
    unknown_protocol: "trang đã cũ, hãy tải lại",
    not_understood: "không hiểu yêu cầu",
    no_hello: "màn hình không chào kịp",
    too_fast: "màn hình nói quá nhanh",
    not_your_board: "bảng không thuộc màn hình này",
  } as Record<string, string>,
  pairTitle: "Ghép màn hình này với trung tâm",
  pairConnecting: "Đang nối với máy chủ…",
  pairHow: (code: string) => `Người vận hành ghép bằng mã này: haidang walls pair ${code} --name "Tường 1" --boards tong-quan`,
  missing: "THIẾU",
  more: (count: number) => `và ${count} thành phần nữa`,
  parts: (count: number) => `${count} thành phần`,
  since: (time: string) => `từ ${time}`,
  simulated: "MÔ PHỎNG",
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
  hidden: "ẩn",
  fewPersons: "dưới 5 người, không hiện số",
  interval: (low: string, high: string) => `từ ${low} đến ${high}`,
  periods: {
    today: "hôm nay",
    yesterday: "hôm qua",
    day: (date: string) => `ngày ${date}`,
    week: (week: number) => `tuần ${week}`,
    month: (month: number, year: string) => `tháng ${month}${year && `/${year}`}`,
    quarter: (quarter: number, year: string) => `quý ${["I", "II", "III", "IV"][quarter - 1] ?? ""}${year && `/${year}`}`,
    half: (half: number, year: string) => `6 tháng ${half === 1 ? "đầu" : "cuối"} năm${year && ` ${year}`}`,
    year: (year: string) => `năm ${year}`,
    moment: (time: string) => `lúc ${time}`,
  },
  before: {
    yesterday: ["cùng kỳ hôm qua", "hôm qua"],
    last_week: ["cùng kỳ tuần trước", "tuần trước"],
    last_year: ["cùng kỳ năm trước", "năm trước"],
    last_period: ["kỳ trước"],
  } as Record<string, string[]>,
  target: {
    at_least: (limit: string) => `mục tiêu từ ${limit}`,
    at_most: (limit: string) => `mục tiêu đến ${limit}`,
    equal: (limit: string) => `mục tiêu ${limit}`,
  } as Record<string, (limit: string) => string>,
  goal: "mục tiêu",
  met: "đạt",
  unmet: "chưa đạt",
  scores: { right: "đúng", complete: "đủ", clean: "sạch", live: "sống" } as Record<string, string>,
  above: (limit: string) => `trên ${limit}`,
  severities: {
    notice: "Lưu ý",
    warning: "Cảnh báo",
    serious: "NGHIÊM TRỌNG",
    emergency: "KHẨN CẤP",
  } as Record<string, string>,
  noAlarm: "Không có cảnh báo",
  alarmsUntold: "Máy chủ chưa gửi cảnh báo",
  alarmCount: (count: number) => `${count} cảnh báo`,
  otherAlarms: (count: number) => `và ${count} cảnh báo khác`,
  acknowledgedBy: (who: string) => `${who} đã nhận`,
  acknowledged: "đã nhận",
  shelved: (until: string) => `tạm gác đến ${until}`,
  unsure: (from: string) => `không rõ từ ${from}`,
  alarmHeads: ["Mức", "Sự việc", "Từ"],
  rest: (count: number) => `và ${count} dòng nữa`,
  nothing: "Không có",
  total: "Tổng",
  all: "Cả tỉnh",
  hours: (count: string) => `${count} giờ`,
  days: (count: string) => `${count} ngày`,
  seconds: (count: string) => `${count} giây`,
  minutes: (count: string) => `${count} phút`,
  yes: "có",
  no: "không",
  short: {
    weekdays: ["T2", "T3", "T4", "T5", "T6", "T7", "CN"],
    week: (week: number) => `tuần ${week}`,
    month: (month: number) => `Th${month}`,
    quarter: (quarter: number) => `Quý ${["I", "II", "III", "IV"][quarter - 1] ?? ""}`,
    half: (half: number) => `nửa ${half}`,
  },
};

type Unit = "s" | "min" | "h" | "d";
export type Vocabulary = typeof VI;

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
