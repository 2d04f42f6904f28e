// The share of selected clients that delivered in time, round by round, against what the SLO asks for.

import * as Plot from "@observablehq/plot";
import { formatShare, formatThreshold } from "../../../server/reporting/format-quantities.ts";
import type { PolicyReplay } from "../../replay/replay-policy.ts";
import type { RunData } from "../run-data.ts";
import { createFigure, type Figure, HALF_WIDTH, type LegendItem } from "./figure.ts";
import { colour } from "./palette.ts";
import { roundTicks } from "./round-axis.ts";

interface Point {
  readonly round: number;
  readonly selectedCount: number;
  readonly completedCount: number;
}

/** Null if no round ended. */
export function complianceFigure(run: RunData, comparison: PolicyReplay | undefined): Figure | null {
  const first = run.rounds[0];
  const own = run.rounds.flatMap(({ outcome }) => (outcome ? [{ round: outcome.round, ...outcome.metrics }] : []));
  if (first === undefined || own.length === 0) return null;
  const other = (comparison?.rounds ?? []).map(({ round, selected, completed }) => {
    return { round, selectedCount: selected.length, completedCount: completed.length };
  });
  const { policy, slo } = first.plan;
  const rounds = [...new Set([...own, ...other].map(({ round }) => round))];
  const empty = own.filter(({ selectedCount }) => selectedCount === 0);
  const description = [
    { name: policy, points: own },
    ...(comparison ? [{ name: comparison.policy, points: other }] : []),
  ]
    .map(({ name, points }) => `${name} ${formatShare(micro(points))}`)
    .join(", ");
  return createFigure({
    name: "compliance",
    title: "SLO compliance",
    note: "Selected clients whose update came by the deadline, in each round.",
    description: `Over all rounds: ${description}.`,
    legend: legend(run, comparison, empty.length > 0),
    plot: {
      width: HALF_WIDTH,
      height: 250,
      marginTop: 32,
      marginLeft: 46,
      marginRight: 16,
      marginBottom: 40,
      x: { label: "round", ticks: roundTicks(rounds), tickFormat: "d", inset: 8 },
      y: { label: "completed / selected (%)", domain: [0, 100], grid: true },
      marks: [
        Plot.ruleY([slo.minimumProbability * 100], { stroke: colour("muted"), strokeDasharray: "2 3" }),
        ...series(other, colour("other"), "5 3", comparison?.policy ?? ""),
        ...series(own, colour("completed"), undefined, policy),
        Plot.text(empty, {
          x: "round",
          y: 0,
          text: () => "∅",
          dy: -8,
          fill: colour("ink"),
          title: () => "nobody selected",
        }),
      ],
    },
  });
}

function series(points: readonly Point[], stroke: string, dashes: string | undefined, name: string) {
  const share = ({ selectedCount, completedCount }: Point) =>
    selectedCount === 0 ? Number.NaN : (completedCount / selectedCount) * 100;
  const title = (point: Point) => `${name}, round ${point.round}: ${point.completedCount} of ${point.selectedCount}`;
  return [
    Plot.lineY(points, {
      x: "round",
      y: share,
      stroke,
      strokeWidth: 2,
      ...(dashes ? { strokeDasharray: dashes } : {}),
    }),
    Plot.dot(points, { x: "round", y: share, fill: stroke, r: points.length > 40 ? 2 : 4, title }),
  ];
}

function micro(points: readonly Point[]): number | null {
  const selected = points.reduce((sum, { selectedCount }) => sum + selectedCount, 0);
  return selected === 0 ? null : points.reduce((sum, { completedCount }) => sum + completedCount, 0) / selected;
}

function legend(run: RunData, comparison: PolicyReplay | undefined, empty: boolean): readonly LegendItem[] {
  const { policy, slo } = run.rounds[0]?.plan ?? { policy: "", slo: run.started.config.slo };
  return [
    { label: policy, colour: colour("completed"), shape: "line" },
    ...(comparison
      ? [{ label: `${comparison.policy} (replayed)`, colour: colour("other"), shape: "dashed" as const }]
      : []),
    { label: `SLO ${formatThreshold(slo.minimumProbability)}`, colour: colour("muted"), shape: "dashed" },
    ...(empty ? [{ label: "∅ nobody selected", colour: "none", shape: "none" as const }] : []),
  ];
}
