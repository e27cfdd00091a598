/** The operators' page: signs in, names its sections, and shows one of them. */

import "../fonts.css";
import "./operator.css";
import { time } from "../format";
import { alarms } from "./alarms";
import { changes } from "./changes";
import { Desk, type Who } from "./desk";
import { duty } from "./duty";
import { figures } from "./figures";
import { button, field, h } from "./html";
import { told, type View } from "./view";
import { walls } from "./walls";
import { wallWords } from "./walls_words";
import { language, words } from "./words";

const KEY = "haidang-desk-token"; // of this tab only
const SECTIONS: [string, string, View][] = [
  ["canh-bao", words.alarms, alarms],
  ["truc-ca", words.duty, duty],
  ["chi-so", words.figures, figures],
  ["thay-doi", words.changes, changes],
  ["tuong", wallWords.title, walls],
];

const main = h("main", { id: "main", tabindex: "-1" });
const line = h("p", { role: "status" });
const spoken = h("p", { role: "status", class: "told" });
const menu = h("nav", { "aria-label": words.nav });
const header = h("header", {}, h("strong", {}, words.title), menu, line);
const names = new Map<string, string>();
let leaving = new AbortController();
let who: Who | null = null;
let may: ReadonlySet<string> = new Set();

const desk = new Desk(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/desk`, {
  signedIn: (found, methods) => {
    may = new Set(methods);
    void enter(found);
  },
  cut: () => {
    leaving.abort();
    if (!line.classList.contains("cut")) line.textContent = words.cutSince(time(desk.now(), true));
    line.classList.add("cut");
  },
  refused: () => {
    sessionStorage.removeItem(KEY);
    signIn(words.tokenRefused);
  },
});

async function enter(found: Who): Promise<void> {
  who = found;
  line.classList.remove("cut");
  line.replaceChildren(who.name, " ", button(words.signOut, signOut));
  await loadNames();
  await show();
}

function signIn(problem = ""): void {
  leaving.abort();
  who = null;
  const token = h("input", { type: "password", name: "token", required: true, autocomplete: "off", spellcheck: "false" });
  const go = (event: Event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, token.value.trim());
    line.textContent = words.connecting;
    desk.open(token.value.trim());
  };
  const form = h("form", { class: "sign-in", submit: go }, h("h1", {}, words.title), field(words.token, token));
  form.append(h("p", { class: "quiet" }, words.signInHint), h("button", { type: "submit", class: "main" }, words.signIn));
  if (problem) form.append(h("p", { role: "alert" }, problem));
  menu.replaceChildren();
  line.textContent = "";
  main.replaceChildren(form);
  token.focus();
}

function signOut(): void {
  sessionStorage.removeItem(KEY);
  desk.close();
  signIn();
}

async function show(): Promise<void> {
  if (!who) return;
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const wanted = location.hash.slice(1).split("?")[0];
  const [path, title, view] = SECTIONS.find(([name]) => name === wanted) ?? SECTIONS[0]!;
  menu.replaceChildren(...SECTIONS.map(([name, text]) => h("a", { href: `#${name}`, ...(name === path ? { "aria-current": "page" } : {}) }, text)));
  document.title = `${title} · ${words.title}`;
  spoken.textContent = "";
  main.replaceChildren(h("p", {}, words.loading));
  try {
    await view({ desk, main, names, may: (method) => may.has(method), signal, tell });
  } catch (error) {
    const reason = told(error);
    if (!signal.aborted) main.append(h("p", { role: "alert" }, words.failed(reason)));
  }
}

/** The same words twice are said twice: a reader says only what changes. */
function tell(text: string): void {
  spoken.textContent = "";
  requestAnimationFrame(() => (spoken.textContent = text));
}

/** Names of areas and organisations; where the token may not read them, codes are shown. */
async function loadNames(): Promise<void> {
  const asked: [string, string][] = [
    ["ioc.areas.v1.AreasService/ListUnits", "units"],
    ["ioc.areas.v1.OrganisationsService/ListOrganisations", "organisations"],
  ];
  for (const [method, list] of asked) {
    let pageToken = "";
    try {
      do {
        const page = await desk.call<Record<string, unknown>>(method, { pageSize: 1000, pageToken });
        for (const one of (page[list] ?? []) as { code: string; nameVi: string; nameEn?: string }[])
          names.set(one.code, (language === "en" && one.nameEn) || one.nameVi);
        pageToken = (page["nextPageToken"] as string | undefined) ?? "";
      } while (pageToken);
    } catch (error) {
      told(error);
    }
  }
}

document.documentElement.lang = language;
document.body.append(h("a", { href: "#main", class: "skip", click: (event) => (event.preventDefault(), main.focus()) }, words.nav), header, spoken, main);
window.addEventListener("hashchange", () => void show());
const kept = sessionStorage.getItem(KEY);
if (kept) desk.open(kept);
else signIn();
