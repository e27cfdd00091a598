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

export function field(label: string, input: HTMLElement): HTMLLabelElement {
  return h("label", {}, h("span", {}, label), input);
}

/** Asks in a dialog; the fields by name, or null where it was left. */
export function ask(title: string, submit: string, fields: HTMLElement[]): Promise<Record<string, string> | null> {
  return new Promise((resolve) => {
    const form = h("form", { method: "dialog" }, h("h2", {}, title), ...fields);
    const dialog = h("dialog", { "aria-label": title }, form);
    const leave = (answer: Record<string, string> | null) => {
      dialog.remove();
      resolve(answer);
    };
    form.append(h("menu", {}, button(words.cancel, () => leave(null)), h("button", { type: "submit", class: "main" }, submit)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave(Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, String(value)])));
    });
    dialog.addEventListener("cancel", () => leave(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}
