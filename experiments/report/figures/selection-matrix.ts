// Who was asked in which round, with which probability, and how it ended: one cell a client and round.

import * as Plot from "@observablehq/plot";
import { counted } from "../../../foundation/counted.ts";
import { formatShare } from "../../../server/reporting/format-quantities.ts";
import type { ClientRound, RunData } from "../run-data.ts";
import { clientRows, MAXIMUM_CLIENT_ROWS, shortName } from "./client-rows.ts";
import { createFigure, type Figure, FULL_WIDTH, type LegendItem } from "./figure.ts";
import { colour, outcomeColour } from "./palette.ts";
import { roundTicks } from "./round-axis.ts";

const MARGIN_LEFT = 148;
const WIDEST_CELL = 84;
/** A narrower cell has no room for its probability. */
const LEAST_CELL_WITH_TEXT = 38;
const LEAST_CELL_WITH_WORD = 62;
const statuses = ["completed", "late", "surplus", "stale", "failed", "unresponsive", "refused"] as const;
const words = {
  completed: "completed",
  late: "late",
  surplus: "surplus",
  stale: "stale",
  failed: "failed",
  unresponsive: "vanished",
  refused: "refused",
};
const letters = { completed: "", late: "L", surplus: "S", stale: "O", failed: "F", unresponsive: "V", refused: "R" };

/** Null if no round was planned. */
export function selectionFigure(run: RunData): Figure | null {
  if (run.rounds.length === 0) return null;
  const clients = clientRows(run).map(({ clientId }) => clientId);
  const shown = new Set(clients);
  const cells = run.rounds.flatMap((round) => round.clients).filter(({ clientId }) => shown.has(clientId));
  const cellWidth = Math.min(WIDEST_CELL, (FULL_WIDTH - MARGIN_LEFT) / run.rounds.length);
  const rounds = run.rounds.map(({ round }) => round);
  const selected = cells.filter(({ decision }) => decision.selected);
  const skipped = cells.filter(({ decision }) => !decision.selected);
  const cell = { x: "round", y: "clientId", inset: cellWidth > 12 ? 1.5 : 0.5, rx: 3, title: describeCell } as const;
  return createFigure({
    name: "selection",
    title: "Who was selected, with which probability, and how it ended",
    note:
      cellNote(cellWidth) +
      (clients.length === MAXIMUM_CLIENT_ROWS
        ? `Shown: the ${clients.length} clients that were selected most often.`
        : ""),
    description: `${counted(selected.length, "selection")} and ${counted(skipped.length, "skip")} of ${counted(clients.length, "client")} in ${counted(rounds.length, "round")}.`,
    legend: legend(cells, cellWidth < LEAST_CELL_WITH_WORD),
    plot: {
      width: FULL_WIDTH,
      height: clients.length * (clients.length > 20 ? 24 : 34) + 44,
      marginLeft: MARGIN_LEFT,
      marginTop: 26,
      marginBottom: 8,
      marginRight: FULL_WIDTH - MARGIN_LEFT - cellWidth * rounds.length,
      x: { type: "band", domain: rounds, axis: null, padding: 0 },
      y: { type: "band", domain: clients, axis: null, padding: 0 },
      marks: [
        Plot.axisX({
          anchor: "top",
          ticks: roundTicks(rounds, 30),
          tickSize: 0,
          label: null,
          tickFormat: (round: number) => `round ${round}`.slice(cellWidth < 56 ? 6 : 0),
        }),
        Plot.axisY({
          tickSize: 0,
          label: null,
          color: colour("ink"),
          tickFormat: (clientId: string) => shortName(clientId, 21),
        }),
        Plot.cell(skipped, { ...cell, fill: "none", stroke: colour("rule"), strokeWidth: 1 }),
        Plot.cell(selected, {
          ...cell,
          fill: ({ outcome }: ClientRound) => (outcome ? outcomeColour(outcome) : colour("forecast")),
        }),
        Plot.text(cells, {
          x: "round",
          y: "clientId",
          text: (item: ClientRound) => cellText(item, cellWidth),
          fill: textColour,
          fontSize: 11,
          lineHeight: 1.15,
          pointerEvents: "none",
        }),
      ],
    },
  });
}

function cellNote(cellWidth: number): string {
  return cellWidth < LEAST_CELL_WITH_TEXT
    ? "One cell a client and round; the probabilities are in the tables below. "
    : "Each cell: the probability of meeting the deadline, forecast before the round was dispatched. ";
}

function cellText({ decision, outcome }: ClientRound, cellWidth: number): string {
  const p = formatShare(decision.forecast.deadlineProbability);
  if (cellWidth < 12) return "";
  if (cellWidth < LEAST_CELL_WITH_TEXT) return outcome ? letters[outcome.status] : "";
  if (!decision.selected || outcome?.status === "completed") return p;
  if (!outcome) return `${p}\n?`;
  return `${p}\n${cellWidth < LEAST_CELL_WITH_WORD ? letters[outcome.status] : words[outcome.status]}`;
}

function textColour({ decision, outcome }: ClientRound): string {
  if (!decision.selected) return colour("muted");
  if (!outcome) return colour("ink");
  return colour(outcome.status === "late" ? "onLate" : "onFill");
}

function describeCell({ clientId, round, decision, outcome }: ClientRound): string {
  const end = outcome ? outcome.status : decision.selected ? "no end in the journal" : "skipped";
  return `${clientId}, round ${round}: ${end}; ${decision.reason}`;
}

function legend(cells: readonly ClientRound[], withLetters: boolean): readonly LegendItem[] {
  const seen = statuses.filter((status) => cells.some(({ outcome }) => outcome?.status === status));
  const skipped = cells.some(({ decision }) => !decision.selected);
  return [
    ...seen.map((status): LegendItem => {
      const letter = withLetters && letters[status] !== "" ? ` (${letters[status]})` : "";
      return {
        label: `${status === "unresponsive" ? "unresponsive (vanished)" : status}${letter}`,
        colour: colour(status),
      };
    }),
    ...(skipped ? [{ label: "skipped", colour: colour("muted"), shape: "outline" as const }] : []),
  ];
}
