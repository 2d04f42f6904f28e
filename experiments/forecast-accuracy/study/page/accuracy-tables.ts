// The generated tables of the accuracy page.

import { type FittedSpread, spreadOfTier } from "../../../../selection/latency/uncertainty-tiers.ts";
import { computeLawKinds, computeQuantile, lawWith } from "../../../../selection/probability/compute-law.ts";
import { gpuOf } from "../../fit/leave-out.ts";
import { accuracySummary } from "../accuracy-summary.ts";
import { errorsBy, errorsOf, type GroupErrors } from "../errors.ts";
import { fleetBrier } from "../headline.ts";
import { type AccuracyStudy, defaultLaw, type SchemeResult, type Scored } from "../run-study.ts";
import type { StudyStep } from "../study-data.ts";
import { share, table } from "./markdown.ts";
import { reasonFor } from "./weak-spots.ts";

export function summaryTable(study: AccuracyStudy): string {
  const rows = accuracySummary(study);
  return [
    "| what is known | tier | steps | mean error | median error |",
    "| --- | --- | ---: | ---: | ---: |",
    ...rows.map(
      ({ known, tier, rows: count, mape, medianApe }) =>
        `| ${known} | ${tier} | ${count} | ${share(mape)} | ${share(medianApe)} |`,
    ),
  ].join("\n");
}

export function sourcesTable({ sources, measuredCells }: AccuracyStudy): string {
  const rows = sources.map(({ repository, file, licence, what, used, skipped }) => {
    const left = skipped.map(({ reason, rows: count }) => `${count}: ${reason}`).join("; ");
    return [repository, `\`${file}\``, what, licence, String(used), left || "none"];
  });
  const cells = [
    "lamikr/pytorch-gpu-benchmark",
    "`per-iteration-ms.csv`",
    "single iterations of its runs, 20 to 50 a series",
    "MIT",
    `${measuredCells.rows} series`,
    "none",
  ];
  return table(["measured by", "file", "what", "licence", ">used", "not used"], [...rows, cells]);
}

const schemeNames: Readonly<Record<string, string>> = {
  gpu: "the GPU",
  network: "the network",
  "gpu-and-network": "both",
  generation: "the GPU's generation",
};

export function formsTable({ cnn, tensorflow }: AccuracyStudy): string {
  const cell = ({ scores }: Scored) => `${share(scores.mape)} / ${share(scores.medianApe)}`;
  const row = (stack: string, { leftOut, roofline, paper, constant }: SchemeResult) => [
    stack,
    schemeNames[leftOut] ?? leftOut,
    String(paper.predictions.length),
    cell(roofline[defaultLaw]),
    cell(paper),
    cell(constant),
  ];
  return table(
    ["stack", "left out", ">steps", ">ProbSelect", ">the paper's form", ">one utilisation for all"],
    [
      ...Object.values(cnn).map((result) => row("PyTorch", result)),
      ...Object.values(tensorflow).map((result) => row("TensorFlow", result)),
    ],
  );
}

/** By vendor, precision and source, the GPU left out. */
export function breakdownTable({ cnn, tensorflow }: AccuracyStudy): string {
  const by = (title: string, { roofline, paper }: SchemeResult, groupOf: (step: StudyStep) => string) => {
    const papers = errorsBy(paper.predictions, groupOf);
    return errorsBy(roofline[defaultLaw].predictions, groupOf).map(({ group, ...own }) => {
      const other = papers.find((each) => each.group === group) ?? own;
      return [title, group, ...figures(own), `${share(other.mape)} / ${share(other.medianApe)}`];
    });
  };
  return table(
    ["by", "", ">steps", ">mean error", ">median error", ">median of predicted / measured", ">the paper's form"],
    [
      ...by("vendor", cnn.gpu, ({ device }) => device.device.vendor),
      ...by("precision", cnn.gpu, ({ precision }) => precision),
      ...by("source", cnn.gpu, ({ source }) => source),
      ...by("stack", tensorflow.gpu, () => "TensorFlow 2.5"),
    ],
  );
}

function figures({ rows, mape, medianApe, medianRatio }: Omit<GroupErrors, "group">): readonly string[] {
  return [String(rows), share(mape), share(medianApe), medianRatio.toFixed(2)];
}

/** From here on a GPU at a precision is called bad. */
export const BAD_MEDIAN_ERROR = 0.3;

/** GPUs and precisions with the largest errors, worst first, and why. */
export function weakSpotsTable({ cnn, tensorflow }: AccuracyStudy): string {
  const bad = (stack: string, { roofline }: SchemeResult) => {
    const { predictions } = roofline[defaultLaw];
    const gpus = [...new Set(predictions.map(({ step }) => gpuOf(step)))];
    return gpus.flatMap((gpu) =>
      (["fp32", "fp16"] as const).flatMap((precision) => {
        const own = predictions.filter(({ step }) => gpuOf(step) === gpu && step.precision === precision);
        if (own.length === 0) return [];
        const errors = errorsOf(own);
        return errors.medianApe < BAD_MEDIAN_ERROR ? [] : [{ stack, gpu, precision, errors }];
      }),
    );
  };
  const rows = [...bad("PyTorch", cnn.gpu), ...bad("TensorFlow", tensorflow.gpu)].sort(
    (a, b) => b.errors.medianApe - a.errors.medianApe || a.gpu.localeCompare(b.gpu, "en"),
  );
  return table(
    [
      "GPU",
      "",
      "stack",
      ">steps",
      ">mean error",
      ">median error",
      ">median of predicted / measured",
      "why, as far as known",
    ],
    rows.map(({ stack, gpu, precision, errors }) => [
      gpu,
      precision,
      stack,
      ...figures(errors),
      reasonFor(gpu, precision),
    ]),
  );
}

/** How good the probabilities are. */
export function calibrationTable({ cnn, tensorflow }: AccuracyStudy): string {
  const row = (stack: string, leftOut: string, law: string, { scores, predictions }: Scored) => [
    stack,
    schemeNames[leftOut] ?? leftOut,
    law,
    [scores.coverage50, scores.coverage80, scores.coverage95].map((value) => (value * 100).toFixed(1)).join(" / "),
    scores.pitEce.toFixed(3),
    said(scores.meanProbabilityAbove80),
    said(scores.onTimeShareAbove80),
    scores.brier.toFixed(3),
    fleetBrier(predictions).toFixed(3),
    scores.crps.toFixed(2),
  ];
  const rows = (stack: string, { leftOut, roofline, paper }: SchemeResult) => [
    ...computeLawKinds.map((kind) => row(stack, leftOut, kind, roofline[kind])),
    row(stack, leftOut, "the paper's form", paper),
  ];
  return table(
    [
      "stack",
      "left out",
      "law",
      ">inside 50 / 80 / 95 %",
      ">PIT error",
      ">said at p >= 0.8",
      ">kept",
      ">Brier",
      ">Brier, same deadlines",
      ">CRPS",
    ],
    [
      ...Object.values(cnn).flatMap((result) => rows("PyTorch", result)),
      ...Object.values(tensorflow).flatMap((result) => rows("TensorFlow", result)),
    ],
  );
}

function said(value: number | null): string {
  return value === null ? "-" : share(value);
}

/** How much longer than the forecast a deadline must be, with the spreads that are shipped. */
export function deadlineTable(): string {
  const groups: readonly (readonly [string, FittedSpread])[] = [
    ["PyTorch, `catalogue-nvidia`", spreadOfTier("catalogue-nvidia", "pytorch")],
    ["PyTorch, `catalogue-other`, `self-reported`", spreadOfTier("catalogue-other", "pytorch")],
    ["TensorFlow, all three", spreadOfTier("catalogue-nvidia", "tensorflow")],
  ];
  return table(
    [
      "stack, tier",
      ">steps",
      ">r (normal)",
      ">sigma (log-normal)",
      ">scale, degrees of freedom (log-t)",
      ">p = 0.8",
      ">0.9",
      ">0.95",
    ],
    groups.map(([name, spread]) => {
      const law = lawWith(spread, defaultLaw);
      const factors = [0.8, 0.9, 0.95].map((probability) => `${computeQuantile(law, probability).toFixed(2)} x`);
      const { relativeSigma, logSigma, logScale, degreesOfFreedom } = spread;
      return [
        name,
        String(spread.rows),
        relativeSigma.toFixed(3),
        logSigma.toFixed(3),
        `${logScale.toFixed(3)}, ${degreesOfFreedom}`,
        ...factors,
      ];
    }),
  );
}
