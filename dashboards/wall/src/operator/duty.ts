/** Who is on duty and whom to call for a source; the journal with its handover. */

import { ask, button, field, h, table } from "./html";
import type { Duty, Entry } from "./model";
import { matches, moment, said } from "./texts";
import { act, withheld, type Stage, type View } from "./view";
import { words } from "./words";

const DUTY = "ioc.alarms.v1.DutyService";
const [ADD, VERIFY] = [`${DUTY}/AddEntry`, `${DUTY}/VerifyJournal`];
const ENTRIES = 200;

export const duty: View = async (stage) => {
  const asked = decodeURIComponent(location.hash.split("?")[1] ?? "");
  const search = h("input", { type: "search", value: asked });
  const people = h("div", { "aria-live": "polite" });
  const journal = h("div", {});
  const { duties = [] } = await stage.desk.call<{ duties?: Duty[] }>(`${DUTY}/ListOnDuty`);
  const list = () => people.replaceChildren(onDuty(duties, search.value.trim(), stage.names));
  search.addEventListener("input", list);
  const reload = () => showEntries(stage, journal);
  stage.main.replaceChildren(
    h("h1", {}, words.duty),
    field(words.findDuty, search),
    people,
    withheld(stage, [
      [ADD, words.addNote],
      [ADD, words.handover],
    ]) ?? "",
    h("div", { class: "acts" }, ...writing(stage, reload)),
    journal,
  );
  list();
  await reload();
};

/** Those whose duty covers what was asked: a device, a dataset, a rule, or the name or code of an area. */
function onDuty(duties: Duty[], asked: string, names: ReadonlyMap<string, string>): HTMLElement {
  const covers = (one: Duty) => {
    if (!asked) return true;
    const [areas, devices, datasets] = [one.areas ?? [], one.devices ?? [], one.datasets ?? []];
    const wanted = asked.normalize("NFC").toLocaleLowerCase("vi");
    const inArea = areas.some((code) => code === asked || (names.get(code) ?? "").toLocaleLowerCase("vi").includes(wanted));
    const named = [...devices, ...datasets].length > 0 && (matches(devices.length ? devices : ["\0"], asked) || matches(datasets.length ? datasets : ["\0"], asked));
    const all = areas.length === 0 && devices.length === 0 && datasets.length === 0;
    return inArea || named || all || said(one.nameVi, one.nameEn).toLocaleLowerCase("vi").includes(wanted);
  };
  const rows = duties.filter(covers).flatMap((one) =>
    (one.people ?? []).map((person) => [
      said(one.nameVi, one.nameEn),
      person.step,
      h("strong", {}, person.nameVi),
      person.phone ? h("a", { href: `tel:${person.phone}` }, person.phone) : "",
      (person.ways ?? []).join(", "),
    ]),
  );
  return table(words.onDuty, words.onDutyHeads, rows, words.nobody);
}

function writing(stage: Stage, reload: () => Promise<void>): (HTMLElement | false)[] {
  const add = (kind: string, title: string, label: string) => async () => {
    const text = h("textarea", { name: "text", required: true, rows: "6", maxlength: "4000" });
    const said = await ask(title, title, [field(label, text)]);
    if (!said) return;
    await act(stage, async () => void (await stage.desk.call(ADD, { kind, text: (said["text"] ?? "").normalize("NFC") })));
    await reload();
  };
  const verify = async () => {
    const found = await stage.desk.call<{ entries?: string; wrong?: string; whyVi?: string; whyEn?: string }>(VERIFY);
    stage.tell(found.wrong ? said(found.whyVi, found.whyEn) : words.journalWhole(found.entries ?? "0"));
  };
  return [
    stage.may(ADD) && button(words.addNote, () => void add("note", words.addNote, words.noteText)()),
    stage.may(ADD) && button(words.handover, () => void add("handover", words.handover, words.handoverText)()),
    stage.may(VERIFY) && button(words.verify, () => void verify()),
  ];
}

async function showEntries(stage: Stage, into: HTMLElement): Promise<void> {
  const found = await stage.desk.call<{ entries?: Entry[]; nextPageToken?: string }>(`${DUTY}/ListEntries`, { pageSize: ENTRIES });
  const rows = (found.entries ?? []).map((entry) => [
    entry.entry,
    moment(entry.at, stage.desk.now()),
    words.events[entry.kind] ?? entry.kind,
    entry.by ?? "",
    h("div", { class: "text" }, entry.text ?? ""),
  ]);
  into.replaceChildren(
    table(words.journal, words.journalHeads, rows, words.noEntries),
    found.nextPageToken ? h("p", { class: "quiet" }, words.more(ENTRIES)) : "",
  );
}
