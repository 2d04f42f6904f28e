// What was forecast against what happened: one row a client, its forecast as an interval, each round's real duration as a dot.

import * as Plot from "@observablehq/plot";
import { counted } from "../../../foundation/counted.ts";
import type { LatencyForecast } from "../../../selection/types.ts";
import { formatLimit, formatSeconds, formatShare } from "../../../server/reporting/format-quantities.ts";
import { forecastInterval } from "../forecast-interval.ts";
import type { ClientRound, RunData } from "../run-data.ts";
import { clientRows, MAXIMUM_CLIENT_ROWS, shortName } from "./client-rows.ts";
import { createFigure, type Figure, FULL_WIDTH, type LegendItem } from "./figure.ts";
import { colour, outcomeColour } from "./palette.ts";

interface Row {
  readonly clientId: string;
  readonly top: number;
  readonly forecast: LatencyForecast;
  readonly everSelected: boolean;
}

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly fill: string;
  readonly title: string;
}

/** Of a row's height, how much the interval and the dots take. */
const ROW_INSET = 0.14;

/** One row a client, the fastest forecast first; null if no round was planned. */
export function forecastFigure(run: RunData, truthName: string): Figure | null {
  const deadline = run.rounds[0]?.plan.slo.deadlineSeconds;
  if (deadline === undefined) return null;
  const clients = clientRows(run).sort(
    (a, b) => a.forecast.atMeanUtilisation.totalSeconds - b.forecast.atMeanUtilisation.totalSeconds,
  );
  const rows = clients.map((client, top): Row => ({ ...client, top }));
  const tops = new Map(rows.map(({ clientId, top }) => [clientId, top]));
  const ended = run.rounds.flatMap((round) => round.clients).filter(({ clientId }) => tops.has(clientId));
  const limit = axisLimit(rows, ended, deadline);
  const rowHeight = rows.length > 20 ? 28 : Math.min(54, Math.max(30, run.rounds.length * 4 + 10));
  const marks = ended.map((item) => markOf(item, run, tops, limit));
  const ofStatus = (...statuses: readonly string[]) =>
    ended.flatMap(({ outcome }, index) => (outcome && statuses.includes(outcome.status) ? (marks[index] ?? []) : []));
  const stopped = ofStatus("failed", "unresponsive", "refused");
  const late = ofStatus("late");
  const surplus = ofStatus("surplus", "stale");
  return createFigure({
    name: "forecast-and-actual",
    title: "Forecast and actual duration of a client's round",
    note:
      `The forecast, here the last, changes only with the work and the deadline that are asked for; within a row the dots run from the first round ` +
      `(top) to the last. Durations: ${truthName}.${capNote(run, rows.length)}`,
    description: describe(rows, ended, deadline),
    legend: legend(deadline, rows, { late, surplus, stopped }),
    plot: {
      width: FULL_WIDTH,
      height: rows.length * rowHeight + 62,
      marginLeft: 148,
      marginRight: 66,
      marginTop: 8,
      marginBottom: 42,
      x: { domain: [0, limit], label: "seconds from dispatch to the update's arrival", grid: true, nice: false },
      y: { domain: [0, rows.length], reverse: true, axis: null },
      marks: [
        Plot.ruleY(rows.slice(1), { y: "top", stroke: colour("rule") }),
        Plot.rect(
          rows.flatMap((row) => intervalOf(row, limit)),
          { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: colour("forecast"), fillOpacity: "opacity", rx: 3 },
        ),
        Plot.ruleX(
          rows.filter(({ forecast }) => forecast.atMeanUtilisation.totalSeconds <= limit),
          {
            x: ({ forecast }: Row) => forecast.atMeanUtilisation.totalSeconds,
            y1: ({ top }: Row) => top + ROW_INSET,
            y2: ({ top }: Row) => top + 1 - ROW_INSET,
            stroke: colour("ink"),
            strokeWidth: 1.75,
            strokeOpacity: ({ everSelected }: Row) => (everSelected ? 1 : 0.55),
          },
        ),
        Plot.text(
          rows.filter(({ forecast }) => forecast.atMeanUtilisation.totalSeconds > limit),
          {
            x: () => limit,
            y: ({ top }: Row) => top + 0.5,
            text: ({ forecast }: Row) => `${formatSeconds(forecast.atMeanUtilisation.totalSeconds)} →`,
            textAnchor: "start",
            dx: 6,
            fill: colour("ink"),
          },
        ),
        Plot.ruleX([deadline], { stroke: colour("failed"), strokeWidth: 1.5, strokeDasharray: "5 3" }),
        Plot.dot(ofStatus("completed"), { ...dotOptions, r: run.rounds.length > 30 ? 2 : 3.5 }),
        Plot.dot([...late, ...surplus], { ...dotOptions, r: 4.5, symbol: "triangle", rotate: 90 }),
        Plot.dot(stopped, {
          x: "x",
          y: "y",
          title: "title",
          stroke: "fill",
          symbol: "times",
          r: 4.5,
          strokeWidth: 2.25,
        }),
        Plot.text(rows, {
          frameAnchor: "left",
          y: ({ top }: Row) => top + 0.5,
          text: ({ clientId }: Row) => shortName(clientId, 21),
          dx: -10,
          textAnchor: "end",
          fill: ({ everSelected }: Row) => colour(everSelected ? "ink" : "muted"),
        }),
      ],
    },
  });
}

const dotOptions = {
  x: "x",
  y: "y",
  title: "title",
  fill: "fill",
  stroke: colour("paper"),
  strokeWidth: 0.75,
} as const;

/** As far as it matters: every real duration and the deadline are shown, forecasts only up to twice the deadline. */
function axisLimit(rows: readonly Row[], ended: readonly ClientRound[], deadline: number): number {
  const actual = Math.max(0, ...ended.map(({ outcome }) => outcome?.latencySeconds ?? 0));
  const forecast = Math.max(
    ...rows.map((row) => forecastInterval(row.forecast)?.toSeconds ?? row.forecast.atMeanUtilisation.totalSeconds),
  );
  return Math.max(actual * 1.02, deadline * 1.1, Math.min(forecast * 1.02, deadline * 2));
}

function intervalOf({ forecast, top, everSelected }: Row, limit: number) {
  const interval = forecastInterval(forecast);
  if (interval === null || interval.fromSeconds >= limit) return [];
  return [
    {
      x1: interval.fromSeconds,
      x2: Math.min(interval.toSeconds, limit),
      y1: top + ROW_INSET,
      y2: top + 1 - ROW_INSET,
      opacity: everSelected ? 1 : 0.5,
    },
  ];
}

function markOf(item: ClientRound, run: RunData, tops: ReadonlyMap<string, number>, limit: number): Mark | undefined {
  const { outcome, clientId, round, decision } = item;
  if (outcome === undefined) return undefined;
  const index = run.rounds.findIndex((other) => other.round === round);
  const share = run.rounds.length === 1 ? 0.5 : (index + 0.5) / run.rounds.length;
  const seconds = ["late", "surplus", "stale"].includes(outcome.status)
    ? `later than ${formatSeconds(outcome.latencySeconds)}`
    : formatSeconds(outcome.latencySeconds);
  return {
    x: Math.min(outcome.latencySeconds, limit),
    y: (tops.get(clientId) ?? 0) + ROW_INSET + (1 - 2 * ROW_INSET) * share,
    fill: outcomeColour(outcome),
    title:
      `${clientId}, round ${round}: ${outcome.status}, ${seconds}; forecast ` +
      `${formatSeconds(decision.forecast.atMeanUtilisation.totalSeconds)}, p = ${formatShare(decision.forecast.deadlineProbability)}`,
  };
}

function legend(
  deadline: number,
  rows: readonly Row[],
  marks: Readonly<Record<"late" | "surplus" | "stopped", readonly Mark[]>>,
): readonly LegendItem[] {
  const { late, surplus, stopped } = marks;
  const unknown = rows.some(({ forecast }) => forecast.utilisation === null);
  return [
    { label: "forecast, 80% interval (pale: never selected)", colour: colour("forecast") },
    { label: unknown ? "forecast (unknown GPU: only its median)" : "forecast", colour: colour("ink"), shape: "line" },
    { label: "completed", colour: colour("completed"), shape: "circle" },
    ...(late.length > 0 ? [{ label: "late, cut off", colour: colour("late"), shape: "triangle" as const }] : []),
    ...(surplus.length > 0
      ? [{ label: "surplus or stale, cut off", colour: colour("surplus"), shape: "triangle" as const }]
      : []),
    ...(stopped.length > 0
      ? [{ label: "failed, unresponsive or refused", colour: colour("failed"), shape: "cross" as const }]
      : []),
    { label: `deadline ${formatLimit(deadline)}`, colour: colour("failed"), shape: "dashed" },
  ];
}

function describe(rows: readonly Row[], ended: readonly ClientRound[], deadline: number): string {
  const counts = ["completed", "late", "surplus", "stale", "failed", "unresponsive", "refused"]
    .map((status) => ({ status, count: ended.filter(({ outcome }) => outcome?.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`);
  return `${counted(rows.length, "client")} against a deadline of ${formatLimit(deadline)}: ${counts.join(", ") || "nobody was selected"}.`;
}

function capNote(run: RunData, shownCount: number): string {
  const all = run.rounds.at(-1)?.clients.length ?? 0;
  return all > MAXIMUM_CLIENT_ROWS ? ` Shown: the ${shownCount} clients that were selected most often, of ${all}.` : "";
}
