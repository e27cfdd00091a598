/** Words and what staff write for them where there is no room: those of official papers come first. */

import { language } from "./words";

const VI: [RegExp, string][] = [
  [/Ủy ban nhân dân|Uỷ ban nhân dân/giu, "UBND"],
  [/Hội đồng nhân dân/giu, "HĐND"],
  [/thủ tục hành chính/giu, "TTHC"],
  [/dịch vụ công/giu, "DVC"],
  [/an toàn thông tin/giu, "ATTT"],
  [/công nghệ thông tin/giu, "CNTT"],
  [/tai nạn giao thông/giu, "TNGT"],
  [/cơ sở dữ liệu/giu, "CSDL"],
  [/bảo hiểm y tế/giu, "BHYT"],
  [/ngân sách nhà nước/giu, "NSNN"],
  [/trung tâm dữ liệu/giu, "TTDL"],
  [/Nông nghiệp và Môi trường/gu, "NN&MT"],
  [/Tài nguyên và Môi trường/gu, "TN&MT"],
  [/Khoa học và Công nghệ/gu, "KH&CN"],
  [/Giáo dục và Đào tạo/gu, "GD&ĐT"],
  [/Văn hóa, Thể thao và Du lịch/gu, "VHTT&DL"],
  [/Lao động - Thương binh và Xã hội/gu, "LĐTBXH"],
  [/Kế hoạch và Đầu tư/gu, "KH&ĐT"],
  [/Thông tin và Truyền thông/gu, "TT&TT"],
  [/Phục vụ hành chính công/gu, "PVHCC"],
  [/Văn phòng/gu, "VP"],
  [/Trung tâm/gu, "TT"],
  [/Thành phố/gu, "TP"],
  [/(?<= |^)phường (?=\p{Lu})/giu, "P. "],
  [/(?<= |^)xã (?=\p{Lu})/giu, "X. "],
  [/UBND (?=[PX]\. )/gu, ""],
  [/Quan trắc/gu, "QT"],
  [/trung bình/giu, "TB"],
  [/hồ sơ/giu, "HS"],
  [/nhiệm vụ/giu, "NV"],
  [/số lượng/giu, "SL"],
  [/Tỷ lệ/giu, "TL"],
];
const EN: [RegExp, string][] = [
  [/Department of /gu, "Dept of "],
  [/People's Committee/gu, "PC"],
  [/administrative procedures?/giu, "procedures"],
  [/information security/giu, "infosec"],
  [/information technology/giu, "IT"],
  [/ Commune| Ward/gu, ""],
  [/Environment/gu, "Env."],
  [/Agriculture/gu, "Agric."],
  [/Technology/gu, "Tech."],
  [/Province/gu, "Prov."],
  [/percentage/giu, "share"],
  [/average/giu, "avg"],
  [/ and /gu, " & "],
];

/** As few words abbreviated as it takes; all of them where even that is not enough. */
export function abbreviate(text: string, fits: (text: string) => boolean): string {
  let shorter = text;
  for (const [words, short] of language === "vi" ? VI : EN) {
    if (fits(shorter)) break;
    shorter = shorter.replace(words, short);
  }
  return shorter;
}
