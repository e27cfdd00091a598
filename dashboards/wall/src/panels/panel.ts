/** What every panel of a board is: a card with a title, shown anew from the wall's state. */

import { element, rem } from "../dom";
import { fitsOneLine, fitTwoLines } from "../fit";
import type { Panel } from "../protocol";
import type { WallState } from "../state";
import { said, unitWord } from "../words";

/** What there is to be seen, at a moment of the server's clock. */
export interface Sight {
  state: WallState;
  nowMs: number;
  linesChanged: boolean;
}

const TITLE = { weight: 700 };

export abstract class PanelView {
  readonly root: HTMLElement;
  protected readonly body: HTMLElement;
  protected readonly title: HTMLElement;
  protected readonly signs: HTMLElement; // at the right end of the title
  private readonly titleUnit: HTMLElement;
  /** CSS pixels inside the card, as of the last `resize`. */
  protected width = 0;
  protected height = 0;

  constructor(
    protected readonly card: Panel,
    parent: Element,
    className: string,
    private readonly unit = "",
  ) {
    this.root = element("section", `panel ${className}`, parent);
    this.root.dataset.panel = card.id;
    const head = element("h2", "panel-title", this.root);
    this.title = element("span", "fit", head);
    this.signs = element("span", "panel-signs", head);
    this.titleUnit = element("span", "tile-unit", this.signs);
    this.titleUnit.textContent = unitWord(unit);
    this.body = element("div", "panel-body", this.root);
  }

  /** Measures anew; called once the board stands and whenever the screen has changed. */
  resize(): void {
    const unitRoom = this.titleUnit.offsetWidth + (this.unit ? rem() : 0);
    const whole = this.title.parentElement?.clientWidth ?? 0;
    const title = [said(this.card.title)];
    const beside = whole - unitRoom - this.markRoom();
    const high = !fitsOneLine(title, beside, TITLE);
    const room = high ? whole - Math.max(unitRoom, this.markRoom()) : beside; // there the signs stand below each other
    this.root.classList.toggle("high-title", high);
    fitTwoLines(this.title, title, room, high, TITLE);
    this.width = this.body.clientWidth;
    this.height = this.body.clientHeight;
  }

  /** CSS pixels at the right end of the title that are not the title's. */
  protected markRoom(): number {
    return 0;
  }

  abstract show(sight: Sight): void;

  destroy(): void {
    // Most panels hold nothing that outlives their elements.
  }
}
