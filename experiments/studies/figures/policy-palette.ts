// How each policy is drawn: one colour, one symbol and, for those that are no contestants, a broken line, the same in every study.

import { type ColourName, colour } from "../../report/figures/palette.ts";
import { type SymbolName, symbolNames } from "../../report/figures/symbols.ts";

export interface SeriesStyle {
  readonly colour: string;
  readonly symbol: SymbolName;
  /** As stroke-dasharray; undefined: an unbroken line. */
  readonly dashes: string | undefined;
}

interface Look {
  readonly hue: ColourName;
  readonly symbol: SymbolName;
  readonly dashes?: string;
}

const looks: Readonly<Record<string, Look>> = {
  probselect: { hue: "completed", symbol: "circle" },
  quorum: { hue: "surplus", symbol: "square" },
  fedlim: { hue: "late", symbol: "triangle" },
  random: { hue: "other", symbol: "diamond" },
  "over-provision": { hue: "unresponsive", symbol: "triangle-down" },
  fedcs: { hue: "failed", symbol: "cross" },
  oort: { hue: "indigo", symbol: "star" },
  tifl: { hue: "brown", symbol: "pentagon" },
  e3cs: { hue: "olive", symbol: "times" },
  refl: { hue: "crimson", symbol: "hourglass" },
  "power-of-choice": { hue: "teal", symbol: "triangle-left" },
  "fixed-utilisation": { hue: "sky", symbol: "hexagon" },
  "first-contact": { hue: "refused", symbol: "bow-tie" },
  all: { hue: "refused", symbol: "bar", dashes: "1 3" },
  oracle: { hue: "ink", symbol: "triangle-right", dashes: "5 3" },
};

/** Studies' name for a policy with other settings, drawn as that policy where the policy itself is not there. */
const namesake: Readonly<Record<string, string>> = { "probselect, any": "probselect" };

function ownLook(label: string, labels: readonly string[]): Look | undefined {
  const other = namesake[label];
  return looks[label] ?? (other === undefined || labels.includes(other) ? undefined : looks[other]);
}

/** What a label that is no policy's name may have, best first. */
const hues: readonly ColourName[] = [
  ...(["completed", "late", "surplus", "crimson", "indigo", "teal", "failed"] as const),
  ...(["brown", "unresponsive", "olive", "sky", "refused"] as const),
];

/**
 * Styles for the labels of a study. A policy has its own; any other label gets, in the order of the labels, the hue and the symbol that
 * the fewest of them have. Pass all labels of a study to every figure of it, so that all of them agree.
 *
 * @example policyStyles(["probselect", "mine"])("probselect").symbol // "circle"
 */
export function policyStyles(labels: readonly string[]): (label: string) => SeriesStyle {
  const chosen = new Map<string, Look>();
  for (const label of labels) {
    const look = ownLook(label, labels);
    if (look) chosen.set(label, look);
  }
  for (const label of labels) {
    if (chosen.has(label)) continue;
    const taken = [...chosen.values()];
    const hue = leastUsed(hues, (candidate) => taken.filter((look) => look.hue === candidate).length);
    const symbol = leastUsed(symbolNames, (candidate) => taken.filter((look) => look.symbol === candidate).length);
    chosen.set(label, { hue, symbol });
  }
  return (label) => {
    const { hue, symbol, dashes } = chosen.get(label) ?? looks[label] ?? { hue: "ink", symbol: "circle" };
    return { colour: colour(hue), symbol, dashes };
  };
}

function leastUsed<Candidate>(candidates: readonly Candidate[], usesOf: (candidate: Candidate) => number): Candidate {
  return candidates.reduce((best, candidate) => (usesOf(candidate) < usesOf(best) ? candidate : best));
}
