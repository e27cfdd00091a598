/** What this wall says of itself: what it painted last, its clock, memory and frame rate. */

import type { Report } from "./protocol";

const EVERY_MS = 5000;
const COUNTED_MS = 1000; // frames are counted for so long before each report

/** Calls `send` every few seconds with the frame rate, for as long as the page lives. */
export function reportEvery(send: (fps: number) => void): void {
  window.setTimeout(() => {
    const began = performance.now();
    let frames = 0;
    const count = (at: number): void => {
      frames += 1;
      if (at - began < COUNTED_MS) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    // A timer, not a frame: a page that paints nothing reports that too.
    window.setTimeout(() => {
      send(Math.round((frames * 1000) / (performance.now() - began)));
      reportEvery(send);
    }, COUNTED_MS);
  }, EVERY_MS - COUNTED_MS);
}

export function reportOf(position: number, atMs: number, fps: number, board: string): Report {
  const { memory } = performance as Performance & { memory?: { usedJSHeapSize: number } };
  const ratio = window.devicePixelRatio;
  return {
    position,
    at_ms: Math.max(0, Math.round(atMs)),
    clock_ms: Math.max(0, Date.now()),
    heap_bytes: memory?.usedJSHeapSize ?? null,
    fps,
    board,
    width: Math.round(window.innerWidth * ratio),
    height: Math.round(window.innerHeight * ratio),
  };
}
