// Progress on stderr: one line that is drawn over on a terminal, a line every tenth of the way elsewhere; where nobody knows how long
// the way is, a line for each thing that is done.

import type { TerminalStream } from "../server/reporting/paint.ts";

const BAR_WIDTH = 24;
const CLEAR_LINE = "\r\u001b[2K";

export interface ProgressBar {
  /** @param fraction 0..1 @param secondsLeft; each is null while nobody knows. */
  show(fraction: number | null, secondsLeft: number | null, what: string): void;
  /** Removes the bar from a terminal. */
  clear(): void;
}

/** @param unknown what is said while nobody knows how long it will take. */
export function createProgressBar(stream: TerminalStream, unknown = "warming up"): ProgressBar {
  let tenth = -1;
  let lastSaid = "";
  /** Whether a log has not heard it yet. */
  const isNew = (fraction: number | null, what: string) =>
    fraction === null ? what !== lastSaid : Math.floor(fraction * 10) > tenth;
  return {
    show(fraction, secondsLeft, what) {
      if (stream.isTTY) {
        const line = progressLine(fraction, leftInWords(secondsLeft, unknown), what);
        stream.write(`${CLEAR_LINE}${line.slice(0, Math.max(10, (stream.columns ?? 80) - 1))}`);
        return;
      }
      if (!isNew(fraction, what)) return;
      lastSaid = what;
      if (fraction !== null) tenth = Math.floor(fraction * 10);
      stream.write(`${progressLine(fraction, leftInWords(secondsLeft, unknown), what)}\n`);
    },
    clear() {
      if (stream.isTTY) stream.write(CLEAR_LINE);
    },
  };
}

/**
 * @param fraction null: nobody knows, and there is no bar.
 * @example progressLine(0.5, "about 21 s left", "probe-dense") // "━━━━━━━━━━━━────────────  50 %  about 21 s left  probe-dense"
 */
export function progressLine(fraction: number | null, left: string, what: string): string {
  if (fraction === null) return `${what}  ${left}`;
  const share = Math.min(1, Math.max(0, fraction));
  const filled = Math.round(share * BAR_WIDTH);
  const bar = "━".repeat(filled) + "─".repeat(BAR_WIDTH - filled);
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${left}  ${what}`;
}

/** @example leftInWords(200, "starting") // "about 3 min left" */
export function leftInWords(seconds: number | null, unknown: string): string {
  if (seconds === null) return unknown;
  if (seconds < 100) return `about ${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 6000) return `about ${Math.round(seconds / 60)} min left`;
  return `about ${Math.round(seconds / 3600)} h left`;
}
