/** Words that stand still, and a clock. */

import { element, figuresWidth, rem, setFigures, SMALL_REM } from "../dom";
import { fit, wrapped } from "../fit";
import { date, time } from "../format";
import type { ClockPanel, TextPanel } from "../protocol";
import { said } from "../words";
import { PanelView, type Sight } from "./panel";

const LINE = 1.25;
const LARGEST_REM = 5;

export class TextView extends PanelView {
  constructor(
    private readonly panel: TextPanel,
    parent: Element,
  ) {
    super(panel, parent, "text");
  }

  /** As large as the words fit, down to the limit; below it lines become narrower instead. */
  override resize(): void {
    super.resize();
    const text = said(this.panel.text);
    const small = SMALL_REM * rem();
    let share = LARGEST_REM / SMALL_REM;
    const lines = (): string[] => wrapped(text, this.width / share);
    while (share > 1 && lines().length * small * share * LINE > this.height) share -= 0.1;
    share = Math.max(1, share);
    this.body.replaceChildren();
    this.body.style.fontSize = `${share.toFixed(2)}em`;
    for (const line of lines()) fit(element("div", "fit", this.body), [line], this.width / share);
  }

  show(): void {
    // Words stand still.
  }
}

export class ClockView extends PanelView {
  private readonly time: HTMLElement;
  private readonly date: HTMLElement;

  constructor(panel: ClockPanel, parent: Element) {
    super(panel, parent, "clock-panel");
    this.time = element("div", "clock-time", this.body);
    this.date = element("div", "fit", this.body);
  }

  override resize(): void {
    super.resize();
    const unit = rem();
    const widest = this.width / figuresWidth("00:00:00", 1, 700);
    this.time.style.fontSize = `${Math.min(widest, this.height - 4 * unit, 16 * unit).toFixed(1)}px`;
  }

  show({ nowMs }: Sight): void {
    setFigures(this.time, time(nowMs, true));
    fit(this.date, [date(nowMs)], this.width);
  }
}
