/** A wall as a managed device: its token, its language, its build, and what it does when these change. */

import { pair } from "./pairing";
import type { Show } from "./protocol";
import { language } from "./words";

const TOKEN = "haidang-wall-token";
const RELOADED = "haidang-wall-reloaded";
const RELOAD_AGAIN_MS = 60_000; // a page that stays old for whatever reason does not load without end

/** The base name of this page's script, which has a hash of all of it. */
export const build = document.querySelector<HTMLScriptElement>("script[type=module]")?.src.split("/").pop() ?? "";

/** The token of this wall, as soon as it has one. An address that still has a code which was used pairs nothing anew. */
export async function wallToken(root: Element): Promise<string> {
  const address = new URL(location.href);
  const given = address.searchParams.get("pair") ?? "";
  const kept = localStorage.getItem(TOKEN);
  if (kept && !given) return kept;
  const token = await pair(root, given, kept);
  localStorage.setItem(TOKEN, token);
  address.searchParams.delete("pair");
  history.replaceState(null, "", address);
  return token;
}

/** The hub knows this wall no longer: the screen shows a code again. */
export function forget(): void {
  localStorage.removeItem(TOKEN);
  location.reload();
}

/** Loads the page anew, once a minute at most. */
export function reload(): void {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  const now = performance.timeOrigin + performance.now();
  if (Math.abs(now - last) < RELOAD_AGAIN_MS) return;
  sessionStorage.setItem(RELOADED, String(now));
  location.reload();
}

/** Staff chose another language for this wall. */
export function speak(show: Show): void {
  if (show.language === language) return;
  const address = new URL(location.href);
  address.searchParams.set("lang", show.language);
  location.replace(address);
}
