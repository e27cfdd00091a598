/** The strip that every board has: the severest alarm in words, how many more, since when; calm when there is none. */

import { clockTime, inOrder, isShelved, matter, standing } from "./alarm_words";
import { element, rem, setData } from "./dom";
import { fit } from "./fit";
import { icon, setIcon } from "./icons";
import type { WallState } from "./state";
import { words } from "./words";

const INSIDE_REM = 9; // padding, icon and gaps

export class AlertStrip {
  readonly root: HTMLElement;
  private readonly icon: SVGSVGElement;
  private readonly text: HTMLElement;
  private width = 0;

  constructor(parent: Element) {
    this.root = element("div", "alerts", parent);
    this.root.setAttribute("role", "alert");
    this.icon = icon("check", this.root);
    this.text = element("span", "fit", this.root);
  }

  resize(): void {
    this.width = this.root.clientWidth;
  }

  show(state: WallState, nowMs: number): void {
    const all = inOrder(state.alarms.values());
    const open = all.filter((alarm) => !isShelved(alarm));
    const [first] = open;
    const weight = { weight: first ? 700 : 500 };
    const room = this.width - INSIDE_REM * rem();
    setData(this.root, { severity: first?.severity ?? (state.alarmsTold ? "none" : "untold"), count: String(open.length) });
    setIcon(this.icon, first?.severity ?? (state.alarmsTold ? "check" : "none"));
    if (!first) {
      const shelved = all.length > 0 ? ` · ${words.alarmCount(all.length)}: ${standing(all[0]!, nowMs)[0] ?? ""}` : "";
      fit(this.text, [state.alarmsTold ? words.noAlarm + shelved : words.alarmsUntold], room, weight);
      return;
    }
    const severity = words.severities[first.severity] ?? first.severity;
    const from = words.since(clockTime(first.began_ms, nowMs));
    const [more, short] = open.length > 1 ? [[words.otherAlarms(open.length - 1)], [`+${open.length - 1}`]] : [[], []];
    const stand = standing(first, nowMs);
    const told = (what: string, ...rest: string[]): string => [`${severity}: ${what}`, from, ...rest].join(" · ");
    const texts = matter(first).flatMap((what) => [
      ...stand.map((who) => told(what, who, ...more)),
      told(what, ...more),
      told(what, ...short),
    ]);
    fit(this.text, texts, room, weight);
  }
}
