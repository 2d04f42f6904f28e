// How a data set is divided over clients: a bar a client, stacked by class.

import * as Plot from "@observablehq/plot";
import { counted } from "../../foundation/counted.ts";
import type { SplitSummary } from "../../workloads/partition/split-summary.ts";
import { createFigure, type Figure, FULL_WIDTH, textWidth } from "../report/figures/figure.ts";
import { type ColourName, colour } from "../report/figures/palette.ts";

export interface SplitFigureInput {
  readonly split: SplitSummary;
  readonly classNames: readonly string[];
  /** As in the command, e.g. "./train.csv". */
  readonly dataset: string;
  readonly partition: string;
  readonly seed: number;
}

/** Neighbours in the stack are told apart by any eye: dark and light ones take turns. */
const hues: readonly ColourName[] = [
  ...(["completed", "late", "indigo", "sky", "failed"] as const),
  ...(["surplus", "unresponsive", "olive", "teal", "brown"] as const),
];
/** Classes with a colour of their own; of more, the rest share the last. */
const MOST_COLOURS = hues.length;
/** Below this width in pixels a bar has no gap and no number. */
const NARROW_BAR = 14;
/** More bars would be thinner than two pixels. */
const MOST_BARS = 400;
const MARGIN_LEFT = 64;
const HEIGHT = 340;

/** A class in the figure, or all that have no colour of their own. */
interface Series {
  readonly name: string;
  readonly fill: string;
  readonly labels: readonly number[];
}

export function splitFigure(input: SplitFigureInput): Figure {
  const { split, dataset, partition, seed } = input;
  const series = seriesOf(input);
  const shown = split.clients.slice(0, MOST_BARS);
  const clients = shown.map((_, client) => String(client + 1));
  const bars = shown.flatMap(({ classCounts }, client) =>
    series.map(({ name, fill, labels }) => {
      const count = labels.reduce((sum, label) => sum + (classCounts[label] ?? 0), 0);
      return { client: String(client + 1), name, fill, count };
    }),
  );
  const barWidth = (FULL_WIDTH - MARGIN_LEFT) / clients.length;
  const edge = barWidth < NARROW_BAR ? {} : { stroke: colour("paper"), strokeWidth: 0.5 };
  const title = ({ client, name, count }: (typeof bars)[number]) =>
    `client ${client}, ${name}: ${counted(count, "example")}`;
  return createFigure({
    name: "data-split",
    title: `${dataset} over ${counted(split.clients.length, "client")}, ${partition}`,
    note: noteOf(split, seed),
    description: `Client sizes ${split.smallestShare} to ${split.largestShare} examples. ${noteOf(split, seed)}`,
    legend: series.map(({ name, fill }) => ({ label: name, colour: fill })),
    plot: {
      width: FULL_WIDTH,
      height: HEIGHT,
      marginLeft: MARGIN_LEFT,
      marginTop: 26,
      marginBottom: 46,
      marginRight: 0,
      x: { type: "band", domain: clients, label: null, padding: barWidth < NARROW_BAR ? 0 : 0.15 },
      y: { label: "examples", grid: true, nice: true },
      marks: [
        Plot.barY(bars, Plot.stackY({ x: "client", y: "count", fill: "fill", title, ...edge })),
        Plot.ruleY([0], { stroke: colour("muted") }),
        Plot.axisX({ ticks: shownClients(clients, barWidth), tickSize: 0, label: null }),
        Plot.text(["client number"], { frameAnchor: "bottom", dy: 38, text: String, fill: colour("muted") }),
      ],
    },
  });
}

function noteOf({ clients, meanTotalVariation, leftOutCount }: SplitSummary, seed: number): string {
  const left = leftOutCount === 0 ? "" : ` ${counted(leftOutCount, "example is", "examples are")} nobody's.`;
  const hidden = clients.length <= MOST_BARS ? "" : ` Shown: the first ${MOST_BARS} clients.`;
  return (
    "Training examples of each client, by class. Total variation distance between a client's classes and those of all: " +
    `${meanTotalVariation.toFixed(2)} on average (0: alike, 1: nothing in common). Seed ${seed}.${left}${hidden}`
  );
}

/** The classes by their numbers; of many, the most frequent ones and one series for the rest. */
function seriesOf({ split, classNames }: SplitFigureInput): readonly Series[] {
  const labels = [...split.classCounts.keys()];
  const byFrequency = [...labels].sort((a, b) => (split.classCounts[b] ?? 0) - (split.classCounts[a] ?? 0));
  const own = labels.length <= MOST_COLOURS ? labels : byFrequency.slice(0, MOST_COLOURS - 1).sort((a, b) => a - b);
  const rest = labels.filter((label) => !own.includes(label));
  const series = own.map((label, at) => {
    return { name: shownName(classNames[label] ?? String(label)), fill: hueOf(at), labels: [label] };
  });
  if (rest.length === 0) return series;
  return [...series, { name: `${rest.length} other classes`, fill: colour("other"), labels: rest }];
}

const hueOf = (at: number): string => colour(hues[at % hues.length] ?? "other");

/** Spaces and line ends would not be seen. */
function shownName(name: string): string {
  const visible = /^\s*$/.test(name) ? JSON.stringify(name) : name;
  return visible.length > 24 ? `${visible.slice(0, 23)}…` : visible;
}

/** As many of the numbers as have room. */
function shownClients(clients: readonly string[], barWidth: number): readonly string[] {
  const room = textWidth(clients.at(-1) ?? "") + 8;
  const step = Math.max(1, Math.ceil(room / barWidth));
  return clients.filter((_, at) => at % step === 0);
}
