// A made study with every kind of figure: runs drawn from a law that nobody measured, so that its numbers mean nothing.

import { dotsFigure } from "../../experiments/studies/figures/dots-with-intervals.ts";
import { learningFigure } from "../../experiments/studies/figures/learning-curves.ts";
import type { LineRow } from "../../experiments/studies/figures/line-chart.ts";
import { linesFigure } from "../../experiments/studies/figures/lines-with-intervals.ts";
import { participationFigure } from "../../experiments/studies/figures/participation-by-group.ts";
import { reliabilityCurveFigure } from "../../experiments/studies/figures/reliability-curve.ts";
import { scatterFigure } from "../../experiments/studies/figures/scatter-of-policies.ts";
import { formatEstimate } from "../../experiments/studies/report/format-estimate.ts";
import type { StudyRun } from "../../experiments/studies/report/study-run.ts";
import type { Estimate, StudyReport } from "../../experiments/studies/study.ts";
import { type RandomSource, seededRandom } from "../../foundation/random-source.ts";

export const madeTruth = "L1: a made law, nothing measured";
export const madePolicies = [
  ...["probselect", "quorum", "fedlim", "random", "over-provision", "fedcs"],
  ...["oort", "tifl", "e3cs", "refl", "power-of-choice", "oracle"],
];
const groups = ["datacentre", "desktop", "edge"];

/** A value with bounds `half` away on average, not the same on both sides. */
export function madeEstimate(estimate: number, half: number, random: RandomSource): Estimate {
  return {
    estimate,
    low: estimate - half * (0.8 + 0.4 * random.next()),
    high: estimate + half * (0.8 + 0.4 * random.next()),
  };
}

export const madeRun: StudyRun = {
  name: "made",
  command: "probselect experiment made --seed 1 --seeds 10",
  firstSeed: 1,
  seedCount: 10,
  version: "9.8.7",
};

/** @param hostile put into every text that can come from a user's file: a policy's label. */
export function madeStudy(hostile = "mine"): StudyReport {
  const random = seededRandom(11, "made study");
  const labels = [...madePolicies, hostile];
  return {
    title: "What a made study looks like",
    lead: "Which policy keeps a deadline that nobody set? None: all of these numbers are made, to see that a page holds them.",
    truth: madeTruth,
    headline: [
      headline("roundComplianceQuorum", "Rounds with their updates, quorum", "percent", {
        estimate: 0.962,
        low: 0.951,
        high: 0.971,
      }),
      headline("sloComplianceGain", "Clients in time, against fedlim", "points", {
        estimate: 0.138,
        low: 0.121,
        high: 0.154,
      }),
      headline("wasteChange", "Wasted device time, against fedlim", "percent", {
        estimate: -0.62,
        low: -0.7,
        high: -0.55,
      }),
      headline("roundsToAccuracy", "Mean round", "seconds", { estimate: 512, low: null, high: null }),
    ],
    sections: [
      {
        title: "Compliance",
        paragraphs: ["By how tight the deadline is."],
        figures: complianceFigures(labels, random),
        tables: [],
      },
      { title: "Waste", paragraphs: [], figures: wasteFigures(labels, random), tables: [wasteTable(labels, random)] },
      { title: "Forecasts and fairness", paragraphs: [], figures: otherFigures(labels, random), tables: [] },
    ],
    records: labels.flatMap((policy) =>
      [1, 2].map((seed) => ({ policy, seed, roundCompliance: random.next(), wasteShareDeviceSeconds: random.next() })),
    ),
    summary: labels.map((policy) => ({ policy, jainIndex: random.next(), jainIndexLow: null, jainIndexHigh: null })),
  };
}

function headline(name: string, label: string, unit: StudyReport["headline"][number]["unit"], estimate: Estimate) {
  return { name, label, unit, ...estimate, note: "over 10 made seeds" };
}

function complianceFigures(labels: readonly string[], random: RandomSource) {
  const rowsOf = (names: readonly string[], panel?: string) =>
    names.flatMap((series, index) =>
      [0.3, 0.5, 0.7, 0.9].map((x): LineRow => {
        const estimate = 0.95 - 0.05 * index - (0.9 - x) * (0.1 + 0.04 * index);
        return { series, x, panel, ...madeEstimate(estimate, 0.02, random) };
      }),
    );
  const texts = { title: "Clients in time", note: "Completed / selected.", truth: madeTruth, labels };
  const axes = {
    x: { label: "deadline (quantile, %)", isShare: true },
    y: { label: "clients in time (%)", isShare: true },
  };
  return [
    linesFigure({
      name: "made-lines",
      rows: rowsOf(labels.slice(0, 4)),
      ...texts,
      ...axes,
      references: [{ y: 0.8, label: "objective" }],
    }),
    linesFigure({ name: "made-many-lines", rows: rowsOf(labels), ...texts, ...axes }),
    linesFigure({
      name: "made-panels",
      rows: groups.flatMap((group) => rowsOf(labels.slice(0, 5), group)),
      ...texts,
      ...axes,
    }),
    ...["made-left", "made-right"].map((name) =>
      linesFigure({ name, rows: rowsOf(["probselect", "fedlim"]), ...texts, ...axes, width: "half" }),
    ),
  ];
}

function wasteFigures(labels: readonly string[], random: RandomSource) {
  const texts = { note: "Of all device time.", truth: madeTruth, labels };
  const shares = labels.map((_, index) => 0.05 + 0.03 * index);
  const waste = { label: "wasted device time (%)", isShare: true };
  return [
    dotsFigure({
      ...{
        name: "made-forest",
        title: "Waste against fedlim",
        ...texts,
        x: { label: "change (points)", isShare: true },
      },
      reference: { x: 0, label: "no difference" },
      rows: ["two workloads", "another workload"].flatMap((section, block) =>
        labels.slice(0, 5).map((label, index) => {
          const difference = madeEstimate(0.04 * index - 0.1 + 0.02 * block, 0.02, random);
          return { section, label, ...difference, valueText: formatEstimate(difference, "points") };
        }),
      ),
    }),
    dotsFigure({
      ...{ name: "made-dots", title: "Waste by policy", ...texts, x: { ...waste, domain: [0, 0.6] } },
      rows: labels.map((label, index) => ({ label, ...madeEstimate(shares[index] ?? 0, 0.02, random) })),
    }),
    scatterFigure({
      ...{ name: "made-scatter", title: "Waste against compliance", ...texts, y: waste, best: "bottom-right" },
      x: { label: "rounds with k updates in time (%)", isShare: true },
      rows: labels.map((series, index) => ({
        series,
        x: madeEstimate(0.95 - 0.06 * index + 0.05 * random.next(), 0.02, random),
        y: madeEstimate(shares[index] ?? 0, 0.015, random),
      })),
    }),
  ];
}

function otherFigures(labels: readonly string[], random: RandomSource) {
  const texts = { note: "Made.", truth: madeTruth, labels };
  const countsOf = (bias: number) => {
    const counts = Array.from({ length: 20 }, (_, bin) => (bin < 6 ? 0 : 20 + bin * bin * 5));
    const said = (bin: number) => (bin + 0.5) / 20;
    return {
      counts,
      saidSums: counts.map((count, bin) => count * said(bin)),
      keptCounts: counts.map((count, bin) => Math.round(count * Math.max(0, said(bin) - bias))),
    };
  };
  const curve = (speed: number) =>
    Array.from({ length: 40 }, (_, index) => ({
      x: 0.1 * (index + 1),
      accuracy: 0.95 * (1 - Math.exp(-speed * (index + 1))) + 0.01 * random.next(),
    }));
  return [
    reliabilityCurveFigure({
      ...{ name: "made-reliability", title: "Said and kept", ...texts },
      panels: labels.slice(0, 5).map((label, index) => ({ label, counts: countsOf(0.05 * index) })),
    }),
    learningFigure({
      ...{ name: "made-learning", title: "Accuracy over time", ...texts, axis: "virtual-hours", random, target: 0.9 },
      runs: ["IID", "Dirichlet 0.1"].flatMap((panel) =>
        labels
          .slice(0, 3)
          .flatMap((series, index) => [1, 2, 3, 4, 5].map(() => ({ series, panel, curve: curve(0.1 + 0.05 * index) }))),
      ),
    }),
    participationFigure({
      ...{ name: "made-participation", title: "Who takes part", ...texts, measure: "representation" },
      rows: groups.flatMap((group, column) =>
        labels.map((series, index) => ({ series, group, ...madeEstimate(0.7 + 0.05 * index * column, 0.05, random) })),
      ),
    }),
  ];
}

function wasteTable(labels: readonly string[], random: RandomSource) {
  return {
    caption: "Waste by policy",
    columns: [
      { label: "Policy", align: "left" as const },
      { label: "Wasted device time", align: "right" as const },
      { label: "A useful example", align: "right" as const },
    ],
    rows: labels.map((label) => [
      label,
      formatEstimate(madeEstimate(random.next(), 0.02, random), "percent"),
      formatEstimate(madeEstimate(random.next(), 0.02, random), "seconds"),
    ]),
  };
}
