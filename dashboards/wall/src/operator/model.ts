/** Messages of the API as this page reads them: proto3 JSON, so 64-bit numbers are texts and defaults are absent. */

export interface Alarm {
  alarm: string;
  revision: number;
  rule: string;
  ruleVi?: string;
  ruleEn?: string;
  subject?: string;
  device?: string;
  areaCode?: string;
  state: string;
  severity: number;
  beganAt: string;
  raisedAt: string;
  whyVi?: string;
  whyEn?: string;
  acknowledgedBy?: string;
  shelvedUntil?: string;
  shelvedBy?: string;
  shelvedWhy?: string;
  unknownSince?: string;
  suppressed?: string;
  members?: number;
}

export interface AlarmChange {
  at: string;
  event: string;
  by?: string;
  note?: string;
}

export interface Duty {
  id: string;
  nameVi: string;
  nameEn?: string;
  areas?: string[];
  rules?: string[];
  devices?: string[];
  datasets?: string[];
  people?: { step: number; account: string; nameVi: string; phone?: string; ways?: string[] }[];
}

export interface Entry {
  entry: string;
  at: string;
  kind: string;
  by?: string;
  alarm?: string;
  text?: string;
}

export interface HandoverAlarm {
  alarm: string;
  ruleVi?: string;
  subject?: string;
  severity: number;
  state: string;
  raisedAt: string;
  events?: string[];
}

export interface Handover {
  since: string;
  alarms?: HandoverAlarm[];
  entries?: Entry[];
}

export interface Definition {
  indicator: string;
  nameVi: string;
  nameEn: string;
  unit?: string;
  unitVi?: string;
  decimals?: number;
  formulaVi?: string;
  formulaEn?: string;
  ownerVi?: string;
  basisVi?: string;
  gamingVi?: string;
  gamingEn?: string;
}

export interface Scores {
  right?: string;
  complete?: string;
  clean?: string;
  live?: string;
}

export interface Figure {
  indicator: string;
  subjectKind: string;
  subject?: string;
  breakdown?: string;
  period: string;
  periodStart: string;
  value?: string;
  low?: string;
  high?: string;
  state?: string;
  knownAt?: string;
  inputsExpected?: number;
  inputsUsed?: string;
  inputsLate?: string;
  inputsRejected?: string;
  suppressed?: boolean;
  scores?: Scores;
}

export interface Measure {
  measure: string;
  predicateVi?: string;
  predicateEn?: string;
  value?: string;
  low?: string;
  high?: string;
  unit?: string;
  unitVi?: string;
  inputs?: string;
}

export interface Input {
  measure: string;
  amount?: string;
  member?: string;
  life?: string;
  day?: string;
  records?: string[];
}

export interface Explained {
  figure?: Figure;
  definition?: Definition;
  measures?: Measure[];
  inputs?: Input[];
}

export interface FigureChange {
  after: Figure;
  before?: Figure;
  difference?: string;
  batches?: string[];
  why?: string;
}

export interface Reporter {
  subject?: string;
  nameVi?: string;
  due?: string;
  onTime?: string;
  late?: string;
  never?: string;
}
