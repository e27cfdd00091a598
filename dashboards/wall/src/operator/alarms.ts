/** Open alarms as they stand, and what an operator does about them. */

import { ask, button, field, h, table } from "./html";
import type { Alarm, AlarmChange } from "./model";
import { moment, said } from "./texts";
import { act, withheld, type Stage, type View } from "./view";
import { words } from "./words";

const ALARMS = "ioc.alarms.v1.AlarmsService";
const SERIOUS = 3;
const ACTS: [string, string][] = [
  [`${ALARMS}/Acknowledge`, words.acknowledge],
  [`${ALARMS}/Shelve`, words.shelve],
  [`${ALARMS}/Unshelve`, words.unshelve],
  [`${ALARMS}/AddNote`, words.note],
];

export const alarms: View = async (stage) => {
  const { desk, main, signal, tell } = stage;
  const open = new Map<string, Alarm>();
  const board = h("div", {});
  main.replaceChildren(h("h1", {}, words.alarms), withheld(stage, ACTS) ?? "", board);

  const take = (alarm: Alarm): void => {
    const known = open.get(alarm.alarm);
    if (known && known.revision > alarm.revision) return;
    if (alarm.state === "closed" || alarm.suppressed) open.delete(alarm.alarm);
    else open.set(alarm.alarm, alarm);
  };
  const paint = (): void => {
    const focused = (document.activeElement as HTMLElement | null)?.dataset["act"];
    board.replaceChildren(
      table(words.openAlarms, words.alarmHeads, sorted(open.values()).map((alarm) => row(stage, alarm, changed)), words.noAlarms),
    );
    if (focused) board.querySelector<HTMLElement>(`[data-act="${focused}"]`)?.focus();
  };

  const changed = (alarm: Alarm): void => {
    take(alarm);
    paint();
  };

  // The watch begins first, so that nothing happens between the list and it.
  const watching = desk.each<{ changes?: { change: AlarmChange; alarm: Alarm }[] }>(
    `${ALARMS}/WatchAlarms`,
    {},
    ({ changes = [] }) => {
      for (const { change, alarm } of changes) {
        take(alarm);
        if (change.event === "raise" && alarm.severity >= SERIOUS && !alarm.suppressed)
          tell(words.newAlarm(words.severities[alarm.severity] ?? "", named(alarm)));
      }
      if (changes.length > 0) paint();
    },
    signal,
  );
  let page = "";
  do {
    const found = await desk.call<{ alarms?: Alarm[]; nextPageToken?: string }>(`${ALARMS}/ListAlarms`, {
      pageSize: 1000,
      pageToken: page,
    });
    found.alarms?.forEach(take);
    page = found.nextPageToken ?? "";
  } while (page);
  paint();
  await watching;
};

function sorted(all: Iterable<Alarm>): Alarm[] {
  const waiting = (one: Alarm) => (["raised", "escalated"].includes(one.state) ? 0 : 1);
  return [...all].sort(
    (a, b) => waiting(a) - waiting(b) || b.severity - a.severity || Date.parse(a.raisedAt) - Date.parse(b.raisedAt),
  );
}

function named(alarm: Alarm): string {
  return `${said(alarm.ruleVi, alarm.ruleEn)} ${alarm.subject ?? ""}`.trim();
}

function row(stage: Stage, alarm: Alarm, changed: (alarm: Alarm) => void): (Node | string)[] {
  const nowMs = stage.desk.now();
  const where = alarm.areaCode ? stage.names.get(alarm.areaCode) : undefined;
  const severity = words.severities[alarm.severity] ?? "";
  return [
    h("span", { class: `severity s${alarm.severity}` }, severity),
    h("div", {}, words.states[alarm.state] ?? alarm.state, detail(alarm, nowMs)),
    h("div", {}, h("strong", {}, named(alarm)), where ? h("div", { class: "quiet" }, where) : null, members(alarm)),
    said(alarm.whyVi, alarm.whyEn),
    moment(alarm.beganAt, nowMs),
    acts(stage, alarm, changed),
  ];
}

function detail(alarm: Alarm, nowMs: number): Node | null {
  const parts = [
    alarm.acknowledgedBy && words.by(alarm.acknowledgedBy),
    alarm.shelvedUntil && words.until(moment(alarm.shelvedUntil, nowMs)),
    alarm.shelvedWhy,
    alarm.unknownSince && words.unknownSince(moment(alarm.unknownSince, nowMs)),
  ].filter(Boolean);
  return parts.length > 0 ? h("div", { class: "quiet" }, parts.join(", ")) : null;
}

function members(alarm: Alarm): Node | null {
  return alarm.members ? h("div", { class: "quiet" }, words.members(alarm.members)) : null;
}

function acts(stage: Stage, alarm: Alarm, changed: (alarm: Alarm) => void): Node {
  const what = named(alarm);
  const one = (name: string, text: string, method: string, doing: () => Promise<void>) =>
    stage.may(`${ALARMS}/${method}`) &&
    button(text, () => void doing(), { "data-act": `${name}-${alarm.alarm}`, "aria-label": `${text}: ${what}` });
  const done = (method: string, more: object) =>
    act(stage, async () => {
      const answer = await stage.desk.call<{ alarm: Alarm }>(`${ALARMS}/${method}`, { alarm: alarm.alarm, ...more });
      changed(answer.alarm);
    });
  const acknowledge = async () => {
    const said = await ask(`${words.acknowledge}: ${what}`, words.acknowledge, [
      field(words.noteOptional, h("input", { name: "note", maxlength: "1000" })),
    ]);
    if (said) await done("Acknowledge", { note: said["note"] ?? "" });
  };
  const shelve = async () => {
    const choice = h("select", { name: "minutes" }, ...words.durations.map(([n, text]) => h("option", { value: n }, text)));
    const said = await ask(`${words.shelve}: ${what}`, words.shelve, [
      field(words.shelveFor, choice),
      field(words.why, h("input", { name: "why", required: true, maxlength: "1000" })),
    ]);
    if (!said) return;
    const until = new Date(stage.desk.now() + Number(said["minutes"]) * 60_000).toISOString();
    await done("Shelve", { until, why: said["why"] ?? "" });
  };
  const note = async () => {
    const said = await ask(`${words.note}: ${what}`, words.note, [
      field(words.noteText, h("textarea", { name: "text", required: true, rows: "3", maxlength: "4000" })),
    ]);
    if (said) await done("AddNote", { text: said["text"] ?? "" });
  };
  const isShelved = alarm.state === "shelved";
  const isOpen = ["raised", "escalated", "cleared"].includes(alarm.state);
  return h(
    "div",
    { class: "acts" },
    isOpen && one("ack", words.acknowledge, "Acknowledge", acknowledge),
    isShelved && one("unshelve", words.unshelve, "Unshelve", () => done("Unshelve", {})),
    !isShelved && alarm.state !== "cleared" && one("shelve", words.shelve, "Shelve", shelve),
    one("note", words.note, "AddNote", note),
    one("history", words.history, "GetHistory", () => history(stage, alarm)),
    h("a", { href: `#truc-ca?${encodeURIComponent(alarm.device || alarm.subject || "")}` }, words.whom),
  );
}

async function history(stage: Stage, alarm: Alarm): Promise<void> {
  const found = await stage.desk.call<{ changes?: AlarmChange[] }>(`${ALARMS}/GetHistory`, { alarm: alarm.alarm });
  const rows = (found.changes ?? []).map((change) => [
    moment(change.at, stage.desk.now()),
    words.events[change.event] ?? change.event,
    change.by ?? "",
    change.note ?? "",
  ]);
  const leave = () => (dialog.close(), dialog.remove());
  const close = button(words.cancel, leave, { class: "main" });
  const title = words.historyOf(named(alarm));
  const dialog = h("dialog", { "aria-label": title }, table(title, words.historyHeads, rows, words.noHistory), h("menu", {}, close));
  dialog.addEventListener("cancel", leave);
  document.body.append(dialog);
  dialog.showModal();
}
