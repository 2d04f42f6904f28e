// What the devices' work was good for: device-seconds that made it into the model, and those that did not, round by round.

import * as Plot from "@observablehq/plot";
import { formatSeconds } from "../../../server/reporting/format-quantities.ts";
import type { PolicyReplay } from "../../replay/replay-policy.ts";
import type { RunData } from "../run-data.ts";
import { createFigure, type Figure, FULL_WIDTH } from "./figure.ts";
import { colour } from "./palette.ts";
import { roundTicks } from "./round-axis.ts";

interface Bar {
  readonly policy: string;
  readonly round: number;
  readonly kind: "useful" | "wasted";
  readonly seconds: number;
}

/** A panel for the run and, with a comparison, one for the other policy on the same scale; null if no round ended. */
export function deviceSecondsFigure(
  run: RunData,
  comparison: PolicyReplay | undefined,
  truthName: string,
): Figure | null {
  const policy = run.rounds[0]?.plan.policy;
  const ended = run.rounds.flatMap(({ outcome }) => (outcome ? [outcome] : []));
  if (policy === undefined || ended.length === 0) return null;
  const own = ended.flatMap(({ round, metrics }) => barsOf(`${policy} (this run)`, { round, ...metrics }));
  const other = (comparison?.rounds ?? []).flatMap((round) => barsOf(`${comparison?.policy} (replayed)`, round));
  const bars = [...own, ...other];
  const rounds = [...new Set(bars.map(({ round }) => round))];
  const panels = [...new Set(bars.map((bar) => bar.policy))];
  const wasted = (items: readonly Bar[]) => total(items.filter(({ kind }) => kind === "wasted"));
  const comparisonText = comparison ? `; ${comparison.policy} would have wasted ${formatSeconds(wasted(other))}` : "";
  const totals = panels.map((panel) => ({
    policy: panel,
    text: panelText(bars.filter((bar) => bar.policy === panel)),
  }));
  return createFigure({
    name: "device-seconds",
    title: "Useful and wasted device time",
    note:
      `Device-seconds of selected clients, by round; wasted is all work of clients whose update was not aggregated.` +
      `${comparison ? ` ${comparison.policy} meets the same devices, links and true durations.` : ""} Durations: ${truthName}.`,
    description: `${policy} wasted ${formatSeconds(wasted(own))} of ${formatSeconds(total(own))} of device time${comparisonText}.`,
    legend: [
      { label: "useful: aggregated into the model", colour: colour("completed") },
      { label: "wasted", colour: colour("late") },
    ],
    plot: {
      width: FULL_WIDTH,
      height: 60 + panels.length * 170,
      marginLeft: 52,
      marginRight: 8,
      marginTop: 30,
      marginBottom: 40,
      x: { type: "band", domain: rounds, padding: 0.45 },
      y: { label: null, grid: true, nice: true, ticks: 4 },
      fy: { domain: panels, axis: null, padding: 0.24 },
      marks: [
        Plot.axisX({ ticks: roundTicks(rounds), label: "round", labelAnchor: "right", tickSize: 0 }),
        Plot.axisY({ ticks: 4, label: "device-seconds" }),
        Plot.barY(bars, {
          x: "round",
          y: "seconds",
          fy: "policy",
          fill: ({ kind }: Bar) => colour(kind === "useful" ? "completed" : "late"),
          order: ["useful", "wasted"],
          z: "kind",
          title: ({ policy: name, round, kind, seconds }: Bar) =>
            `${name}, round ${round}: ${formatSeconds(seconds)} ${kind}`,
        }),
        Plot.ruleY([0], { stroke: colour("muted") }),
        Plot.text(totals, {
          fy: "policy",
          text: "text",
          frameAnchor: "top-right",
          dy: -18,
          textAnchor: "end",
          fill: colour("ink"),
          fontWeight: 600,
        }),
      ],
    },
  });

  function panelText(items: readonly Bar[]): string {
    const spent = total(items);
    const share = spent === 0 ? 0 : wasted(items) / spent;
    return `${items[0]?.policy}: ${formatSeconds(wasted(items))} wasted, ${(share * 100).toFixed(1)}%`;
  }
}

function barsOf(
  policy: string,
  round: { readonly round: number; readonly usefulDeviceSeconds: number; readonly wastedDeviceSeconds: number },
): readonly Bar[] {
  return [
    { policy, round: round.round, kind: "useful", seconds: round.usefulDeviceSeconds },
    { policy, round: round.round, kind: "wasted", seconds: round.wastedDeviceSeconds },
  ];
}

function total(bars: readonly Bar[]): number {
  return bars.reduce((sum, { seconds }) => sum + seconds, 0);
}
