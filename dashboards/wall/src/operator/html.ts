/** Building the document: elements with attributes and children, tables, dialogs. */

import { words } from "./words";

type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((child): child is Node | string | number => child !== null && child !== undefined && child !== false).map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

export function button(text: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return h("button", { type: "button", click: act, ...attributes }, text);
}

/** A table with a caption; without rows, a sentence in its place. */
export function table(caption: string, heads: string[], rows: Child[][], nothing: string): HTMLElement {
  if (rows.length === 0) return h("section", {}, h("h2", {}, caption), h("p", { class: "quiet" }, nothing));
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows.map((cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, cell))))),
    ),
  );
}

/** `made` in the place of what is there; cells that say the same stay as they are, with the focus and what is open in them. */
export function renew(into: HTMLElement, made: HTMLElement): void {
  const act = into.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["act"] : undefined;
  const [was, will] = [cells(into), cells(made)];
  if (was.length !== will.length || was.length === 0) into.replaceChildren(made);
  else will.forEach((cell, n) => !alike(was[n]!, cell) && was[n]!.replaceChildren(...cell.childNodes));
  if (act && !into.contains(document.activeElement)) (into.querySelector<HTMLElement>(`[data-act="${act}"]`) ?? into).focus();
}

function cells(of: HTMLElement): Element[] {
  return [...of.querySelectorAll("th, td")];
}

function alike(standing: Element, fresh: Element): boolean {
  const closed = standing.cloneNode(true) as Element;
  for (const one of closed.querySelectorAll("details")) one.open = false;
  return closed.isEqualNode(fresh);
}

export function field(label: string, input: HTMLElement): HTMLLabelElement {
  return h("label", {}, h("span", {}, label), input);
}

export type Answer = Record<string, string>;

/**
 * Asks in a dialog; the fields by name, or null where it was left. `check` may do what was asked for: what it complains
 * of is said in the dialog, which stays open.
 */
export function ask(title: string, submit: string, fields: HTMLElement[], check?: (answer: Answer) => Promise<string>): Promise<Answer | null> {
  return new Promise((resolve) => {
    const problem = h("p", { role: "alert" });
    const go = h("button", { type: "submit", class: "main" }, submit);
    const leave = (answer: Answer | null) => {
      dialog.close(); // gives the focus back
      dialog.remove();
      resolve(answer);
    };
    const form = h("form", { method: "dialog" }, h("h2", {}, title), ...fields, problem, h("menu", {}, button(words.cancel, () => leave(null)), go));
    const dialog = h("dialog", { "aria-label": title }, form);
    const finish = async () => {
      const answer = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, String(value)]));
      problem.textContent = "";
      go.disabled = true;
      const complaint = (await check?.(answer)) ?? "";
      go.disabled = false;
      problem.textContent = complaint;
      if (!complaint && dialog.isConnected) leave(answer);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void finish();
    });
    dialog.addEventListener("cancel", () => leave(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}
