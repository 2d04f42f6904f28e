// Colour for terminals, or none.

import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Styles a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export const noPaint: Paint = (_style, text) => text;
export const colourPaint: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** What a terminal tells about itself; `node:tty`'s WriteStream has all of it. */
export interface TerminalStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  hasColors?(): boolean;
}

/** Colour only on a terminal that has colours; `hasColors` of Node honours NO_COLOR, FORCE_COLOR and TERM. */
export function paintFor(stream: TerminalStream): Paint {
  return stream.isTTY && (stream.hasColors?.() ?? false) ? colourPaint : noPaint;
}

/** Status colours, the same everywhere in the terminal. */
export const statusStyles = {
  completed: "green",
  late: "yellow",
  surplus: "blue",
  stale: "blue",
  failed: "red",
  unresponsive: "red",
  refused: "magenta",
} as const satisfies Record<string, Style>;
