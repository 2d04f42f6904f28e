// The summary of the study: how far off a forecast is, by what is known when it is made.

import { errorsOf } from "./errors.ts";
import { type AccuracyStudy, defaultLaw } from "./run-study.ts";

/** What makes every figure of this page. */
export const accuracyCommand = "npm run accuracy -- --data ../shared/data";

/** One line of the summary. Errors are shares of 1. */
export interface SummaryRow {
  readonly known: string;
  /** The tier of uncertainty that such a forecast has. */
  readonly tier: string;
  readonly rows: number;
  readonly mape: number;
  readonly medianApe: number;
}

/**
 * One entry a line: calibrated devices, specs with PyTorch, specs with TensorFlow, the forms to compare with; in each, the more is
 * known, the earlier.
 */
export const summaryCases: readonly ((study: AccuracyStudy) => SummaryRow)[] = [
  ({ measuredCells }) => ({
    known: "this very cell: GPU, network, batch, precision and software, half a run of it",
    tier: "`measured-cell`",
    ...measuredCells,
  }),
  ({ otherBatches }) => ({
    known: "the same GPU, network and software at one other batch size (TensorFlow)",
    tier: "`same-gpu-other-batch`",
    ...otherBatches,
  }),
  ({ probed }) => ({
    known: "three other networks on the same machine: ResNet-50, VGG-16, DenseNet-121",
    tier: "`probed`",
    ...probed,
  }),
  ({ cnn }) => ({
    known: "the GPU's specs; ResNet-50 in NVIDIA's scripts was measured on others (Lambda)",
    tier: "`catalogue-*`",
    ...errorsOf(cnn.gpu.roofline[defaultLaw].predictions.filter(({ step }) => step.source === "lambda")),
  }),
  ({ cnn }) => pooled("specs of a GPU that was measured; the network is new", cnn.network.roofline[defaultLaw]),
  ({ cnn }) => pooled("specs of a GPU that was not measured; the network was, on others", cnn.gpu.roofline[defaultLaw]),
  ({ cnn }) => pooled("as before, and no GPU of its generation was measured", cnn.generation.roofline[defaultLaw]),
  ({ cnn }) => pooled("specs only: neither GPU nor network was measured", cnn["gpu-and-network"].roofline[defaultLaw]),
  ({ tensorflow }) =>
    pooled("TensorFlow: specs of a measured GPU; the network is new", tensorflow.network.roofline[defaultLaw]),
  ({ tensorflow }) =>
    pooled("TensorFlow: specs of a GPU that was not measured, two others were", tensorflow.gpu.roofline[defaultLaw]),
  ({ cnn }) => pooled("the paper's form: the GPU was measured; the network is new", cnn.network.paper, "-"),
  ({ cnn }) => pooled("the paper's form: the GPU was not measured", cnn.gpu.paper, "-"),
  ({ cnn }) => pooled("one utilisation for all GPUs and networks: the GPU was not measured", cnn.gpu.constant, "-"),
];

function pooled(
  known: string,
  { predictions }: { readonly predictions: Parameters<typeof errorsOf>[0] },
  tier = "`catalogue-*`",
): SummaryRow {
  return { known, tier, ...errorsOf(predictions) };
}

/** All lines of the summary. */
export function accuracySummary(study: AccuracyStudy): readonly SummaryRow[] {
  return summaryCases.map((lineOf) => {
    const { known, tier, rows, mape, medianApe } = lineOf(study);
    return { known, tier, rows, mape, medianApe };
  });
}
