/** Dialogs of the section of walls: pair, set, hold a board, take over, revoke. */

import { ask, field, h, type Answer } from "./html";
import { said } from "./texts";
import { told, type Stage } from "./view";
import type { Board, Seen, Wall } from "./walls_model";
import { wallWords as words } from "./walls_words";
import { words as common } from "./words";

export const WALLS = "ioc.display.v1.WallsService";
const USUAL_S = 30;

type Look = () => Promise<void>;

/** Asks until it is done or left: what was typed stays where the API refuses it. */
async function does(stage: Stage, title: string, submit: string, fields: HTMLElement[], doing: (answer: Answer) => Promise<unknown>, look: Look): Promise<void> {
  const done = await ask(title, submit, fields, async (answer) => {
    try {
      await doing(answer);
      return "";
    } catch (error) {
      return common.failed(told(error));
    }
  });
  if (!done) return;
  stage.tell(common.done);
  await look();
}

export async function pair(stage: Stage, seen: Seen, look: Look): Promise<void> {
  const code = h("input", { name: "code", required: true, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "20" });
  const known: [string, string][] = [["0", words.newWall], ...seen.walls.map(({ wall, name }): [string, string] => [wall, name])];
  const which = select("wall", known, "0");
  const parts = settings(seen.boards);
  const settle = () => {
    const isNew = which.value === "0";
    const wall = seen.walls.find((one) => one.wall === which.value);
    parts.fill(wall ?? { name: "", boards: [], seconds: USUAL_S, language: "vi" });
    parts.name.required = isNew;
  };
  which.addEventListener("change", settle);
  settle();
  const doing = (answer: Answer) =>
    stage.desk.call(`${WALLS}/PairWall`, { code: answer["code"], wall: which.value, ...parts.read(answer) });
  await does(stage, words.pair, words.pair, [field(words.code, code), field(words.which, which), ...parts.fields], doing, look);
}

export async function set(stage: Stage, wall: Wall, seen: Seen, look: Look): Promise<void> {
  const parts = settings(seen.boards);
  parts.fill(wall);
  const doing = (answer: Answer) => {
    const told = parts.read(answer);
    const letGo = wall.pushed && !told.boards.includes(wall.pushed) ? { pushed: "" } : {};
    return stage.desk.call(`${WALLS}/ChangeWall`, { wall: wall.wall, revision: wall.revision, ...told, ...letGo });
  };
  await does(stage, `${words.set}: ${wall.name}`, words.set, parts.fields, doing, look);
}

export async function hold(stage: Stage, wall: Wall, boards: [string, string][], look: Look): Promise<void> {
  const board = select("board", boards, wall.report?.board ?? "");
  const doing = () => stage.desk.call(`${WALLS}/ChangeWall`, { wall: wall.wall, pushed: board.value });
  await does(stage, `${words.push}: ${wall.name}`, words.push, [field(words.board, board)], doing, look);
}

export async function takeOver(stage: Stage, seen: Seen, look: Look): Promise<void> {
  const board = select("board", seen.boards.map(titled), "");
  const text = h("input", { name: "vi", required: true, maxlength: "200" });
  const english = h("input", { name: "en", maxlength: "200" });
  const only = choices(words.only, "wall", seen.walls.map(({ wall, name }) => [wall, name]));
  const doing = (answer: Answer) =>
    stage.desk.call(`${WALLS}/TakeOver`, {
      walls: chosen(only),
      board: board.value,
      textVi: (answer["vi"] ?? "").normalize("NFC"),
      textEn: (answer["en"] ?? "").normalize("NFC"),
    });
  await does(stage, words.takeOver, words.takeOver, [field(words.textVi, text), field(words.textEn, english), field(words.board, board), only], doing, look);
}

export async function revoke(stage: Stage, wall: Wall, look: Look): Promise<void> {
  const doing = () => stage.desk.call(`${WALLS}/RevokeWall`, { wall: wall.wall });
  await does(stage, `${words.revoke}: ${wall.name}`, words.revoke, [h("p", {}, words.revokeWhat(wall.name))], doing, look);
}

/** The fields of what a wall is set to. */
function settings(boards: Board[]) {
  const name = h("input", { name: "name", maxlength: "60", autocomplete: "off" });
  const list = choices(words.boardsOfWall, "board", boards.map(titled));
  const seconds = h("input", { name: "seconds", type: "number", min: "5", max: "3600", required: true });
  const language = select("language", words.languages, "vi");
  let order: string[] = [];
  const boxes = () => [...list.querySelectorAll<HTMLInputElement>("input")];
  const complain = () => boxes()[0]?.setCustomValidity(chosen(list).length > 0 ? "" : words.chooseBoards);
  list.addEventListener("change", complain);
  return {
    fields: [field(words.name, name), list, field(words.seconds, seconds), field(words.language, language)],
    name,
    fill(wall: Pick<Wall, "name" | "boards" | "seconds" | "language">): void {
      name.value = wall.name;
      order = wall.boards ?? [];
      for (const box of boxes()) box.checked = order.includes(box.value);
      seconds.value = String(wall.seconds);
      language.value = wall.language;
      complain();
    },
    /** Boards that it had keep their order; new ones come behind. */
    read(answer: Answer): { name: string; boards: string[]; seconds: number; language: string } {
      const now = chosen(list);
      const kept = order.filter((board) => now.includes(board));
      const added = now.filter((board) => !order.includes(board));
      return { name: (answer["name"] ?? "").trim().normalize("NFC"), boards: [...kept, ...added], seconds: Number(seconds.value), language: language.value };
    },
  };
}

function titled(board: Board): [string, string] {
  return [board.board, said(board.titleVi, board.titleEn)];
}

function select(name: string, options: [string, string][], value: string): HTMLSelectElement {
  const made = h("select", { name }, ...options.map(([key, text]) => h("option", { value: key }, text)));
  if (options.some(([key]) => key === value)) made.value = value;
  return made;
}

function choices(legend: string, name: string, options: [string, string][]): HTMLFieldSetElement {
  const boxes = options.map(([key, text]) => h("label", {}, h("input", { type: "checkbox", name, value: key }), h("span", {}, text)));
  return h("fieldset", {}, h("legend", {}, legend), ...boxes);
}

function chosen(group: HTMLElement): string[] {
  return [...group.querySelectorAll<HTMLInputElement>("input:checked")].map((box) => box.value);
}
