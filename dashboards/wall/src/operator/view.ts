/** What every section of the page is given, and how it tells what came of an act. */

import type { Desk } from "./desk";
import { Refusal } from "./desk";
import { h } from "./html";
import { words } from "./words";

export interface Stage {
  desk: Desk;
  main: HTMLElement;
  /** Names of areas and organisations, by code. */
  names: ReadonlyMap<string, string>;
  /** Whether the token may call a method; an act that it may not do is not offered. */
  may(method: string): boolean;
  /** Says something to whoever looks and whoever listens. */
  tell(text: string): void;
  /** Ends when the section is left or the line is lost. */
  signal: AbortSignal;
}

export type View = (stage: Stage) => Promise<void>;

/** Does something, and says what came of it. */
export async function act(stage: Stage, doing: () => Promise<void>): Promise<void> {
  try {
    await doing();
    stage.tell(words.done);
  } catch (error) {
    stage.tell(words.failed(told(error)));
  }
}

/** Which acts of a section are not offered, and why; null where all are. `acts`: a method, and what its button says. */
export function withheld(stage: Stage, acts: [string, string][]): HTMLElement | null {
  const missing = acts.filter(([method]) => !stage.may(method)).map(([, text]) => text);
  return missing.length > 0 ? h("p", { class: "quiet" }, words.withheld(missing.join(", "))) : null;
}

export function told(error: unknown): string {
  if (!(error instanceof Refusal)) throw error;
  return words.refusals[error.reason] ?? (error.message || words.unavailable);
}
