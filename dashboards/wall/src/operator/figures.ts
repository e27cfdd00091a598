/** Published figures, and where each came from. */

import { button, field, h, table } from "./html";
import type { Definition, Explained, Figure, Input } from "./model";
import { limits, moment, period, said, scores, value } from "./texts";
import { told, type Stage, type View } from "./view";
import { words } from "./words";

const FIGURES = "ioc.indicators.v1.FiguresService";
const ROWS = 300;
const INPUTS = 500; // shown of the records under a figure

export const figures: View = async (stage) => {
  const { definitions = [] } = await stage.desk.call<{ definitions?: Definition[] }>(`${FIGURES}/ListDefinitions`);
  const byId = new Map(definitions.map((one) => [one.indicator, one]));
  const search = h("input", { type: "search", name: "search" });
  const kinds: [string, string][] = [
    ["SUBJECT_KIND_PROVINCE", words.province],
    ["SUBJECT_KIND_AREA", words.areas],
    ["SUBJECT_KIND_ORGANISATION", words.organisations],
  ];
  const kind = select(kinds);
  const every = select(words.periods);
  const [found, explanation] = [h("div", { "aria-live": "polite" }), h("section", { tabindex: "-1" })];
  const show = async () => {
    explanation.replaceChildren();
    found.replaceChildren(h("p", {}, words.loading));
    const wanted = search.value.trim().normalize("NFC").toLocaleLowerCase("vi");
    const indicators = definitions
      .filter((one) => `${one.indicator} ${one.nameVi} ${one.nameEn}`.toLocaleLowerCase("vi").includes(wanted))
      .map((one) => one.indicator);
    const request = { indicators: indicators.slice(0, 200), subjectKind: kind.value, period: every.value, pageSize: ROWS };
    try {
      const answer = indicators.length > 0 ? await stage.desk.call<{ figures?: Figure[]; nextPageToken?: string }>(`${FIGURES}/GetFigures`, request) : {};
      const rows = (answer.figures ?? []).map((figure) => row(stage, figure, byId.get(figure.indicator), explanation));
      const isCut = Boolean(answer.nextPageToken) || indicators.length > 200;
      found.replaceChildren(
        table(words.found, words.figureHeads, rows, words.noFigures),
        isCut ? h("p", { class: "quiet" }, words.more(rows.length)) : "",
      );
    } catch (error) {
      found.replaceChildren(h("p", { role: "alert" }, words.failed(told(error))));
    }
  };
  const form = h(
    "form",
    { class: "asking", submit: (event) => (event.preventDefault(), void show()) },
    field(words.figureSearch, search),
    field(words.subject, kind),
    field(words.period, every),
    h("button", { type: "submit", class: "main" }, words.show),
  );
  stage.main.replaceChildren(h("h1", {}, words.figures), form, found, explanation);
  await show();
};

function select(options: [string, string][]): HTMLSelectElement {
  return h("select", {}, ...options.map(([name, text]) => h("option", { value: name }, text)));
}

function row(stage: Stage, figure: Figure, definition: Definition | undefined, into: HTMLElement): (Node | string)[] {
  const name = said(definition?.nameVi, definition?.nameEn);
  const of = [figure.subject ? (stage.names.get(figure.subject) ?? figure.subject) : "", figure.breakdown ?? ""].filter(Boolean).join(", ");
  const label = `${words.explain}: ${figure.indicator} ${name} ${of}`;
  return [
    figure.indicator,
    h("div", {}, name, of ? h("div", { class: "quiet" }, of) : null),
    period(figure.period, figure.periodStart),
    h("strong", { class: "number" }, value(figure, definition)),
    words.valueStates[figure.state ?? ""] ?? "",
    scores(figure.scores),
    figure.suppressed ? "" : button(words.explain, () => void explain(stage, figure, into), { "aria-label": label }),
  ];
}

/** The receipt of a figure, its formula in words, the parts, and the records under them. */
export async function explain(stage: Stage, figure: Figure, into: HTMLElement): Promise<void> {
  into.replaceChildren(h("p", {}, words.loading));
  const { indicator, subjectKind, subject = "", breakdown = "", period: every, periodStart } = figure;
  const request = { indicator, subjectKind, subject, breakdown, period: every, periodStart };
  const whole: Explained = {};
  const inputs: Input[] = [];
  try {
    await stage.desk.each<Explained>(
      `${FIGURES}/ExplainFigure`,
      request,
      (part) => {
        Object.assign(whole, part.figure ? { figure: part.figure, definition: part.definition, measures: part.measures } : {});
        inputs.push(...(part.inputs ?? []).slice(0, INPUTS - inputs.length));
      },
      stage.signal,
    );
  } catch (error) {
    into.replaceChildren(h("p", { role: "alert" }, words.failed(told(error))));
    return;
  }
  into.replaceChildren(...explanation(stage, whole, inputs));
  into.focus();
}

function explanation(stage: Stage, { figure, definition, measures = [] }: Explained, inputs: Input[]): Node[] {
  if (!figure || !definition) return [];
  const terms: [string, string | undefined][] = [
    [words.formula, said(definition.formulaVi, definition.formulaEn)],
    [words.official, definition.basisVi],
    [words.owner, definition.ownerVi],
    [words.gaming, said(definition.gamingVi, definition.gamingEn)],
  ];
  const receipt = words.receipt(figure.inputsUsed ?? "0", String(figure.inputsExpected ?? "?"), figure.inputsLate ?? "0", figure.inputsRejected ?? "0");
  const parts = measures.map((one) => [
    h("div", {}, said(one.predicateVi, one.predicateEn), h("div", { class: "quiet" }, one.measure)),
    h("span", { class: "number" }, `${limits(one)} ${said(one.unitVi, one.unit)}`.trim()),
    one.inputs ?? "0",
  ]);
  const records = inputs.map((one) => [one.measure, one.day ? period("day", one.day) : "", one.life ?? "", one.amount ?? one.member ?? "", (one.records ?? []).join(", ")]);
  return [
    h("h2", {}, `${figure.indicator} ${said(definition.nameVi, definition.nameEn)}, ${period(figure.period, figure.periodStart)}`),
    h("p", { class: "large" }, value(figure, definition)),
    h("p", {}, `${receipt} ${words.knownAt(moment(figure.knownAt, stage.desk.now()))}.`),
    h("dl", {}, ...terms.flatMap(([term, text]) => (text ? [h("dt", {}, term), h("dd", {}, text)] : []))),
    table(words.parts, words.measureHeads, parts, words.noMeasures),
    table(words.inputs, words.inputHeads, records, words.noInputs),
    inputs.length === INPUTS ? h("p", { class: "quiet" }, words.more(INPUTS)) : "",
  ].map((part) => (typeof part === "string" ? document.createTextNode(part) : part));
}
