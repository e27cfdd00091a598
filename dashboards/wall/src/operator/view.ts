/** What every section of the page is given, and how it tells what came of an act. */

import type { Desk } from "./desk";
import { Refusal } from "./desk";
import { words } from "./words";

export interface Stage {
  desk: Desk;
  main: HTMLElement;
  /** Names of areas and organisations, by code. */
  names: ReadonlyMap<string, string>;
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

export function told(error: unknown): string {
  if (!(error instanceof Refusal)) throw error;
  return words.refusals[error.reason] ?? (error.message || words.unavailable);
}
