// All figures of the accuracy page, from a study.

import type { Figure } from "../../../report/figures/figure.ts";
import { colour } from "../../../report/figures/palette.ts";
import { gpuOf } from "../../fit/leave-out.ts";
import { fleetDeadlines, trialsOf } from "../calibration.ts";
import { errorsBy } from "../errors.ts";
import { type AccuracyStudy, defaultLaw, type SchemeResult, type Scored } from "../run-study.ts";
import type { StudyStep } from "../study-data.ts";
import { type CoverageRow, coverageFigure } from "./coverage.ts";
import { type GroupSection, groupErrorsFigure } from "./group-errors.ts";
import { oursColour, paperColour } from "./marks.ts";
import { pitFigure } from "./pit.ts";
import { predictedMeasuredFigure } from "./predicted-measured.ts";
import { reliabilityFigure } from "./reliability.ts";

/** In the order of the page. */
export function accuracyFigures(study: AccuracyStudy): readonly Figure[] {
  const { gpu, network } = study.cnn;
  const ours = { label: "ProbSelect", fill: oursColour, predictions: gpu.roofline[defaultLaw].predictions };
  const paper = { label: "the paper's form", fill: paperColour, predictions: gpu.paper.predictions };
  const deadlines = fleetDeadlines(ours.predictions.map(({ step }) => step));
  const withTrials = [ours, paper].map((form) => ({ ...form, trials: trialsOf(form.predictions, deadlines) }));
  return [
    predictedMeasuredFigure([ours, paper]),
    gpuErrors(study),
    groupErrorsFigure({
      name: "accuracy-by-network",
      title: "Error by network, the network left out",
      note: "Each step predicted without any step of its network. Sorted by ProbSelect's median.",
      sections: [
        sectionOf("PyTorch", network, ({ network: name }) => name),
        sectionOf("TensorFlow", study.tensorflow.network, ({ network: name }) => name),
      ],
    }),
    reliabilityFigure(withTrials),
    pitFigure([
      { ...ours, label: "normal utilisation" },
      { label: "log-normal", fill: colour("unresponsive"), predictions: gpu.roofline["log-normal"].predictions },
      { label: "log-Student-t", fill: colour("failed"), predictions: gpu.roofline["log-student-t"].predictions },
      paper,
    ]),
    coverageFigure(coverageRows(study)),
  ];
}

function gpuErrors({ cnn, tensorflow }: AccuracyStudy): Figure {
  const isNvidia = ({ device }: StudyStep) => device.device.vendor === "nvidia";
  return groupErrorsFigure({
    name: "accuracy-by-gpu",
    title: "Error by GPU, the GPU left out",
    note: "Each step predicted without any step of its GPU. Sorted by ProbSelect's median.",
    sections: [
      sectionOf("PyTorch, NVIDIA", cnn.gpu, gpuOf, isNvidia),
      sectionOf("PyTorch, AMD and Apple", cnn.gpu, gpuOf, (step) => !isNvidia(step)),
      sectionOf("TensorFlow", tensorflow.gpu, gpuOf),
    ],
  });
}

function sectionOf(
  heading: string,
  { roofline, paper }: SchemeResult,
  groupOf: (step: StudyStep) => string,
  isMember: (step: StudyStep) => boolean = () => true,
): GroupSection {
  const errors = ({ predictions }: Scored) =>
    errorsBy(
      predictions.filter(({ step }) => isMember(step)),
      groupOf,
    );
  return { heading, ours: errors(roofline[defaultLaw]), paper: errors(paper) };
}

function coverageRows({ cnn, tensorflow }: AccuracyStudy): readonly CoverageRow[] {
  const sections: readonly (readonly [string, SchemeResult])[] = [
    ["PyTorch, GPU left out", cnn.gpu],
    ["PyTorch, network left out", cnn.network],
    ["PyTorch, both left out", cnn["gpu-and-network"]],
    ["PyTorch, generation left out", cnn.generation],
    ["TensorFlow, GPU left out", tensorflow.gpu],
    ["TensorFlow, network left out", tensorflow.network],
  ];
  return sections.flatMap(([section, { roofline, paper }]) => [
    { section, label: "normal utilisation", scores: roofline["normal-utilisation"].scores },
    { section, label: "log-normal", scores: roofline["log-normal"].scores },
    { section, label: "log-Student-t", scores: roofline["log-student-t"].scores },
    { section, label: "the paper's form", scores: paper.scores },
  ]);
}
