// Colours of the report, by meaning. Hues are those of Okabe and Ito (2008), which people with any colour vision can tell
// apart; every figure also says with a word, a shape or a position what a colour says.

import type { ClientOutcome } from "../../../server/rounds/types.ts";

interface Shade {
  readonly light: string;
  readonly dark: string;
}

export const palette = {
  paper: { light: "#ffffff", dark: "#14171c" },
  panel: { light: "#f6f7f9", dark: "#1b2027" },
  ink: { light: "#1a1f27", dark: "#e8eaee" },
  muted: { light: "#5b6472", dark: "#a0a9b6" },
  rule: { light: "#dde1e7", dark: "#323a45" },
  completed: { light: "#0072b2", dark: "#4ba3dc" },
  late: { light: "#e69f00", dark: "#f0b640" },
  surplus: { light: "#007f5f", dark: "#3cc7a0" },
  stale: { light: "#7a6a1f", dark: "#cdb95a" },
  failed: { light: "#c2410c", dark: "#ff8a5c" },
  unresponsive: { light: "#b4528f", dark: "#df8fc0" },
  refused: { light: "#6b7280", dark: "#9aa4b2" },
  forecast: { light: "#c9dff0", dark: "#234a67" },
  other: { light: "#8a8f98", dark: "#7d8693" },
  // More series than there are meanings; policies take theirs from studies/figures/policy-palette.ts.
  indigo: { light: "#5b4bb5", dark: "#a99bf2" },
  brown: { light: "#8c5a2b", dark: "#d0a06a" },
  olive: { light: "#757500", dark: "#c5c04a" },
  crimson: { light: "#c9305f", dark: "#ff86ab" },
  teal: { light: "#0b8296", dark: "#4cc9dd" },
  sky: { light: "#4f9bd4", dark: "#8cc8ff" },
  onFill: { light: "#ffffff", dark: "#10141a" },
  onLate: { light: "#1a1f27", dark: "#10141a" },
} as const satisfies Record<string, Shade>;

export type ColourName = keyof typeof palette;

/** A colour that follows the page's light or dark scheme. @example colour("late") // "var(--late)" */
export function colour(name: ColourName): string {
  return `var(--${name})`;
}

/** CSS custom properties of one scheme. */
export function colourVariables(scheme: keyof Shade): string {
  return Object.entries(palette)
    .map(([name, shade]) => `--${name}:${shade[scheme]}`)
    .join(";");
}

/** Replaces the variables by the light scheme's values, for files that stand alone. */
export function withLightColours(svg: string): string {
  return Object.entries(palette).reduce((text, [name, { light }]) => text.replaceAll(`var(--${name})`, light), svg);
}

/** What fills the mark of an outcome. */
export function outcomeColour(outcome: Pick<ClientOutcome, "status">): string {
  return colour(outcome.status);
}
