/** What changed since the shift began: published figures, alarms, and who reports late. */

import { field, h, table } from "./html";
import type { FigureChange, Handover, Reporter } from "./model";
import { decimal, moment, period, value } from "./texts";
import { type Stage, type View } from "./view";
import { words } from "./words";

const FIGURES = "ioc.indicators.v1.FiguresService";
const ROWS = 500;
const ZONE_MS = 7 * 3_600_000;

export const changes: View = async (stage) => {
  const shift = await stage.desk.call<Handover>("ioc.alarms.v1.DutyService/GetHandover");
  const since = h("input", { type: "datetime-local", value: localTime(Date.parse(shift.since)) });
  const found = h("div", { "aria-live": "polite" });
  const show = async () => {
    const start = new Date(Date.parse(`${since.value}:00Z`) - ZONE_MS).toISOString();
    found.replaceChildren(...(await Promise.all([alarmsOf(stage, start), figuresOf(stage, start), reporters(stage)])));
  };
  since.addEventListener("change", () => since.value && void show());
  stage.main.replaceChildren(h("h1", {}, words.changes), field(words.changesSince, since), found);
  await show();
};

/** Local time of the centre, as a field of the page takes it: YYYY-MM-DDTHH:MM. */
function localTime(ms: number): string {
  return new Date(ms + ZONE_MS).toISOString().slice(0, 16);
}

async function alarmsOf(stage: Stage, since: string): Promise<HTMLElement> {
  const found = await stage.desk.call<Handover>("ioc.alarms.v1.DutyService/GetHandover", { since });
  const rows = (found.alarms ?? []).map((one) => [
    h("span", { class: `severity s${one.severity}` }, words.severities[one.severity] ?? ""),
    words.states[one.state] ?? one.state,
    `${one.ruleVi ?? ""} ${one.subject ?? ""}`.trim(),
    moment(one.raisedAt, stage.desk.now()),
    (one.events ?? []).map((event) => words.events[event] ?? event).join(", "),
  ]);
  return table(words.alarmsChanged, words.alarmsChangedHeads, rows, words.noChanges);
}

async function figuresOf(stage: Stage, start: string): Promise<HTMLElement> {
  const found = await stage.desk.call<{ changes?: FigureChange[]; nextPageToken?: string }>(`${FIGURES}/ListChanges`, { start, pageSize: ROWS });
  const rows = (found.changes ?? []).map(({ after, before, difference, why }) => [
    moment(after.knownAt, stage.desk.now()),
    after.indicator,
    after.subject ? (stage.names.get(after.subject) ?? after.subject) : words.province,
    period(after.period, after.periodStart),
    before ? value(before, undefined) : "",
    value(after, undefined),
    decimal(difference),
    words.reasons[why ?? ""] ?? why ?? "",
  ]);
  const shown = table(words.figuresChanged, words.changeHeads, rows, words.noChanges);
  return found.nextPageToken ? h("div", {}, shown, h("p", { class: "quiet" }, words.more(ROWS))) : shown;
}

async function reporters(stage: Stage): Promise<HTMLElement> {
  const request = { kind: "SCORED_KIND_ORGANISATION", period: "month", on: localTime(stage.desk.now()).slice(0, 10) };
  const { reporters: all = [] } = await stage.desk.call<{ reporters?: Reporter[] }>(`${FIGURES}/ListLateReporters`, request);
  const rows = all
    .filter((one) => Number(one.late ?? 0) + Number(one.never ?? 0) > 0)
    .map((one) => [one.nameVi ?? one.subject ?? "", one.due ?? "0", one.onTime ?? "0", one.late ?? "0", one.never ?? "0"]);
  return table(words.lateReporters, words.lateHeads, rows, words.noChanges);
}
