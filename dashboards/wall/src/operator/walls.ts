/** The screens of the centre and the boards that they show: how each does, and what an operator does about it. */

import { button, h, renew, table } from "./html";
import { moment, said } from "./texts";
import { act, told, withheld, type Stage, type View } from "./view";
import { hold, pair, revoke, set, takeOver, WALLS } from "./walls_acts";
import { how, machine, needs, type Board, type Incident, type Seen, type Wall, type Walls } from "./walls_model";
import { wallWords as words } from "./walls_words";

const LOOK_MS = 5_000; // as often as walls report
const ACTS: [string, string][] = [
  [`${WALLS}/PairWall`, words.pair],
  [`${WALLS}/TakeOver`, words.takeOver],
  [`${WALLS}/Release`, words.release],
  [`${WALLS}/ChangeWall`, words.push],
  [`${WALLS}/ChangeWall`, words.set],
  [`${WALLS}/ReloadWalls`, words.reload],
  [`${WALLS}/RevokeWall`, words.revoke],
];

export const walls: View = async (stage) => {
  const [incidents, screens, boards] = [place(), place(), place()];
  const urgent = new Set<string>();
  const seen: Seen = { walls: [], boards: [] };
  let looks = 0;
  const look = async (): Promise<void> => {
    const mine = (looks += 1);
    const [found, listed] = await Promise.all([
      stage.desk.call<Walls>(`${WALLS}/ListWalls`),
      stage.desk.call<{ boards?: Board[] }>("ioc.display.v1.BoardsService/ListBoards"),
    ]);
    if (mine !== looks) return; // a later one is under way
    const nowMs = Date.parse(found.now);
    Object.assign(seen, { walls: found.walls ?? [], boards: listed.boards ?? [] });
    renew(incidents, incidentTable(stage, found.incidents ?? [], seen, again));
    renew(screens, table(words.walls, words.wallHeads, seen.walls.map((wall) => row(stage, wall, nowMs, seen, again)), words.noWalls));
    renew(boards, table(words.boards, words.boardHeads, seen.boards.map((board) => boardRow(board, nowMs)), words.noBoards));
    const news = needs(seen.walls, urgent, nowMs);
    if (news.length > 0) stage.tell(news.join(". "));
  };
  const again = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      const reason = told(error);
      if (!stage.signal.aborted) stage.tell(reason);
    }
  };
  const acts = h(
    "div",
    { class: "acts" },
    stage.may(`${WALLS}/PairWall`) && button(words.pair, () => void pair(stage, seen, again), { class: "main" }),
    stage.may(`${WALLS}/TakeOver`) && button(words.takeOver, () => void takeOver(stage, seen, again)),
    stage.may(`${WALLS}/ReloadWalls`) && button(words.reloadAll, () => void act(stage, async () => void (await stage.desk.call(`${WALLS}/ReloadWalls`)))),
  );
  await look();
  stage.main.replaceChildren(h("h1", {}, words.title), withheld(stage, ACTS) ?? "", acts, incidents, screens, boards);
  while (await pause(LOOK_MS, stage.signal)) await again();
};

function place(): HTMLElement {
  return h("div", { tabindex: "-1" });
}

/** False where the section was left meanwhile. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(() => resolve(true), ms);
    const leave = () => (window.clearTimeout(timer), resolve(false));
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}

function titleOf(board: string | undefined, seen: Seen): string {
  const found = seen.boards.find((one) => one.board === board);
  return found ? said(found.titleVi, found.titleEn) : (board ?? "");
}

function row(stage: Stage, wall: Wall, nowMs: number, seen: Seen, look: () => Promise<void>): (Node | string)[] {
  const { kind, text } = how(wall, nowMs);
  return [
    h("strong", {}, wall.name),
    h("span", { class: `how ${kind}` }, text),
    h("div", {}, titleOf(wall.report?.board, seen), h("div", { class: "quiet" }, turning(wall, seen))),
    wall.report ? h("div", {}, ...lines(wall.report)) : "",
    acts(stage, wall, seen, look),
  ];
}

function lines(report: NonNullable<Wall["report"]>): Node[] {
  const [how, what] = machine(report);
  return [h("div", {}, how.join(", ")), h("div", { class: "quiet" }, what.join(", "))];
}

function turning(wall: Wall, seen: Seen): string {
  const boards = wall.boards ?? [];
  if (wall.incident) return words.taken;
  if (wall.pushed || boards.length === 1) return words.stays;
  return `${words.turns(wall.seconds)}: ${boards.map((board) => titleOf(board, seen)).join(", ")}`;
}

function acts(stage: Stage, { wall: number, name, pushed }: Wall, seen: Seen, look: () => Promise<void>): Node {
  const one = (what: string, text: string, method: string, doing: (wall: Wall) => Promise<void>) => {
    if (!stage.may(`${WALLS}/${method}`)) return null;
    const now = () => seen.walls.find(({ wall }) => wall === number);
    return button(text, () => void (now() && doing(now()!)), { "data-act": `${what}-${number}`, "aria-label": `${text}: ${name}` });
  };
  const done = (method: string, request: object) =>
    act(stage, async () => {
      await stage.desk.call(`${WALLS}/${method}`, request);
      await look();
    });
  return h(
    "div",
    { class: "acts" },
    one("push", words.push, "ChangeWall", (wall) => hold(stage, wall, titlesOf(wall.boards ?? [], seen), look)),
    Boolean(pushed) && one("rotate", words.rotate, "ChangeWall", () => done("ChangeWall", { wall: number, pushed: "" })),
    one("set", words.set, "ChangeWall", (wall) => set(stage, wall, seen, look)),
    one("reload", words.reload, "ReloadWalls", () => done("ReloadWalls", { walls: [number] })),
    one("revoke", words.revoke, "RevokeWall", (wall) => revoke(stage, wall, look)),
  );
}

function titlesOf(boards: string[], seen: Seen): [string, string][] {
  return boards.map((board) => [board, titleOf(board, seen)]);
}

function incidentTable(stage: Stage, incidents: Incident[], seen: Seen, look: () => Promise<void>): HTMLElement {
  if (incidents.length === 0) return h("div");
  const names = new Map(seen.walls.map((wall) => [wall.wall, wall.name]));
  const release = (incident: string) =>
    act(stage, async () => {
      await stage.desk.call(`${WALLS}/Release`, { incident });
      await look();
    });
  const rows = incidents.map((one) => [
    moment(one.beganAt, stage.desk.now()),
    h("strong", {}, said(one.textVi, one.textEn)),
    titleOf(one.board, seen),
    one.walls ? one.walls.map((wall) => names.get(wall) ?? wall).join(", ") : words.allWalls,
    one.beganBy ?? "",
    stage.may(`${WALLS}/Release`) && button(words.release, () => void release(one.incident), { "data-act": `release-${one.incident}`, "aria-label": `${words.release}: ${one.textVi}` }),
  ]);
  return table(words.incidents, words.incidentHeads, rows, "");
}

function boardRow(board: Board, nowMs: number): (Node | string)[] {
  const panels = board.panels ?? [];
  const since = [board.revision && words.revision(board.revision), board.changedBy, board.changedAt && moment(board.changedAt, nowMs)];
  return [
    h("div", {}, h("strong", {}, said(board.titleVi, board.titleEn)), h("div", { class: "quiet" }, board.board)),
    h("div", {}, board.shipped ? words.shipped : words.applied, h("div", { class: "quiet" }, since.filter(Boolean).join(", "))),
    h(
      "details",
      {},
      h("summary", { "data-act": `panels-${board.board}` }, words.panels(panels.length)),
      h("ul", {}, ...panels.map((one) => h("li", {}, said(one.titleVi, one.titleEn), " ", h("span", { class: "quiet" }, words.kinds[one.kind] ?? one.kind)))),
    ),
    (board.walls ?? []).map((wall) => (wall.showing ? words.showing(wall.name) : wall.name)).join(", "),
  ];
}
