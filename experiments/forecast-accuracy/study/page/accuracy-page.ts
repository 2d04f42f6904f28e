// The text of docs/accuracy.md: written by hand, with the tables, figures and numbers of a study in their places.

import { mean } from "simple-statistics";
import type { Figure } from "../../../report/figures/figure.ts";
import { measuredUtilisation } from "../../fit/fit-paper.ts";
import { gpuOf } from "../../fit/leave-out.ts";
import { accuracyCommand } from "../accuracy-summary.ts";
import { errorsBy, errorsOf } from "../errors.ts";
import { fleetBrier } from "../headline.ts";
import { type AccuracyStudy, defaultLaw, type SchemeResult, type Scored } from "../run-study.ts";
import {
  BAD_MEDIAN_ERROR,
  breakdownTable,
  calibrationTable,
  deadlineTable,
  formsTable,
  sourcesTable,
  summaryTable,
  weakSpotsTable,
} from "./accuracy-tables.ts";
import { limits } from "./limits.ts";
import { share } from "./markdown.ts";

/**
 * The page.
 *
 * @param figures as `accuracyFigures` names them; the page shows docs/images/NAME.svg.
 */
export function accuracyPage(study: AccuracyStudy, figures: readonly Figure[]): string {
  const picture = (name: string) => {
    const figure = figures.find((each) => each.name === name);
    return `![${figure?.title}. ${figure?.description}](images/${name}.svg)`;
  };
  return [
    opening(study),
    sources(study),
    whatIsLeftOut(study),
    pointErrors(study, picture),
    weakSpots(study),
    probabilities(study, picture),
    limits(),
  ]
    .map((section) => `${section.trim()}\n`)
    .join("\n");
}

type Picture = (name: string) => string;

function opening(study: AccuracyStudy): string {
  const { cnn, measuredCells } = study;
  const ours = cnn.gpu.roofline[defaultLaw];
  return `
# How good the forecast is

How far the forecast of a training step is off, on times that other people measured, and how often its probabilities come true. No
step was predicted by a fit that had seen it. Written by \`${accuracyCommand}\`, text and figures;
do not edit. \`--check\` exits 1 if they are not what the measurements give, \`--json\` prints the figures for programs and writes nothing.

## In one table

Error is |predicted - measured| / measured. A line is what the forecast may know: first devices that were timed, then specs alone with PyTorch's
measurements, specs alone with TensorFlow's, and last the forms to compare with.

${summaryTable(study)}

\`${accuracyCommand}\`

What this means for an operator:

- **Below 5 % only for measured cells.** Where the same GPU, network, batch size, precision and software were timed before, what is
  left is the noise of runs: ${share(measuredCells.mape)} on average. From static specs nobody gets there, and ProbSelect does not.
- **From specs alone expect to be a fifth off** (median ${share(errorsOf(ours.predictions).medianApe)}), and to be far off on a few GPUs. The
  average (${share(ours.scores.mape)}) is theirs: see [where it is bad](#where-it-is-bad).
- **Do not set a deadline at the forecast.** Half of the devices need longer. [How much to leave](#how-much-a-deadline-must-leave) follows
  from the spread.
- **Believe the probability for PyTorch's CNNs.** Where it said 80 % or more, it said ${share(ours.scores.meanProbabilityAbove80 ?? 0)} on
  average and ${share(ours.scores.onTimeShareAbove80 ?? 0)} kept the deadline. **Doubt it for TensorFlow on a GPU that was not measured:**
  ${share(study.tensorflow.gpu.roofline[defaultLaw].scores.meanProbabilityAbove80 ?? 0)} said,
  ${share(study.tensorflow.gpu.roofline[defaultLaw].scores.onTimeShareAbove80 ?? 0)} kept, since only three GPUs were measured.
- **Calibrate what matters.** A device that is timed leaves the lower lines of this table for the upper ones.
`;
}

function sources(study: AccuracyStudy): string {
  return `
## What was measured, and by whom

Not by us. These are published figures of other people's machines; the first three are called PyTorch's rows here.

${sourcesTable(study)}

The files are not part of this package or its repository; the command reads them from a folder beside it (\`../shared/data/gpu\`). Without
them, this page cannot be made again, and the tests that need them say so and are left out. What is
shipped are the coefficients and spreads that were fitted to them. One source states no licence: only its figures are used, none of its code.

The costs of networks are counted from their architectures (\`workloads/\`), the specs of GPUs are those of the shipped catalogue.
Some rows of these sources were put aside before anything was fitted, and are not used here.
`;
}

function whatIsLeftOut({ cnn }: AccuracyStudy): string {
  const { predictions } = cnn.gpu.roofline[defaultLaw];
  const count = (of: (prediction: Scored["predictions"][number]) => string) => new Set(predictions.map(of)).size;
  return `
## What is left out, and what is compared

PyTorch's rows are ${predictions.length} steps of ${count(({ step }) => gpuOf(step))} GPUs and ${count(({ step }) => step.network)} networks. Each group is
left out in turn, everything is fitted to the rest, and the group is predicted.

- **the GPU**: no step of the same catalogue row is in the fit, whatever the network or precision.
- **the network**: no step of that network is.
- **both**: neither any step of that GPU nor any of that network, so most rows of the crossing are hidden too.
- **the GPU's generation**: no step of any GPU of the same vendor and architecture.

Three forms are compared, all fitted to the same steps:

- **ProbSelect**: the additive roofline ([method.md](method.md), section 2), each precision fitted by itself. TensorFlow's coefficients are
  PyTorch's fp32 ones times factors, fitted to the TensorFlow steps that are not left out. PyTorch's
  steps of a GPU or network that is left out of TensorFlow's stay in that reference.
- **the paper's form**: one normal utilisation per GPU, the same for every network, with the mean and the standard deviation that the other steps of
  that GPU show; a GPU that is left out takes its generation's, and one whose generation is left out everybody's.
- **one utilisation for all**: the mean over all other steps of the precision.

The spread about a prediction is its tier's, fitted to what predictions of *other* GPUs were off; residuals that share what is left out
are hidden as well. One thing is not hidden: the fits behind those other residuals have seen the GPU.
`;
}

function pointErrors(study: AccuracyStudy, picture: Picture): string {
  const { cnn, tensorflow } = study;
  const errors = (scored: Scored, groupOf: Parameters<typeof errorsBy>[1]) => errorsBy(scored.predictions, groupOf);
  const utilisation = (network: RegExp) => {
    const steps = cnn.gpu.paper.predictions.map(({ step }) => step);
    return share(
      mean(steps.filter((step) => step.precision === "fp32" && network.test(step.network)).map(measuredUtilisation)),
    );
  };
  const aboveOne = ({ paper: { predictions } }: SchemeResult) =>
    `${predictions.filter(({ step }) => measuredUtilisation(step) > 1).length} of ${predictions.length}`;
  const lostBy = ({ paper, roofline }: SchemeResult, groupOf: Parameters<typeof errorsBy>[1]) => {
    const papers = errors(paper, groupOf);
    return errors(roofline[defaultLaw], groupOf)
      .filter(({ group, medianApe }) => (papers.find((each) => each.group === group)?.medianApe ?? 1) < medianApe)
      .map(({ group }) => group);
  };
  const lost = (result: "gpu" | "network", groupOf: Parameters<typeof errorsBy>[1]) =>
    [
      ...lostBy(cnn[result], groupOf),
      ...lostBy(tensorflow[result], groupOf).map((group) => `${group} (TensorFlow)`),
    ].join(", ");
  return `
## Times

Mean / median error:

${formsTable(study)}

${picture("accuracy-predicted-measured")}

The paper's form fails below the line: at fp32, MobileNet, MNASNet and ShuffleNet reach ${utilisation(/^(mobilenet|mnasnet|shufflenet)/)} of the peak on
average and VGG ${utilisation(/^vgg/)}, and one figure per GPU cannot be both. That the network moves the utilisation more than the GPU does is why ProbSelect predicts time from the network's work.
A utilisation above 1, where Winograd convolutions do less than is counted or the clock is above the listed one, was measured on
${aboveOne(cnn.gpu)} of PyTorch's steps and ${aboveOne(tensorflow.gpu)} of TensorFlow's.

By group, the GPU left out; above 1 in the last but one column the forecast is too slow:

${breakdownTable(study)}

Lambda's rows are one network in one vendor's scripts; GPU-Insights and torchvision's come from many people's machines. The
difference between the sources is the software and the machine, which no spec tells.

### By GPU

${picture("accuracy-by-gpu")}

Most GPUs with two rows have one network at two precisions, so their place in the order is mostly luck. The paper's form is nearer on
${lost("gpu", gpuOf)}.

\`${accuracyCommand}\`

### By network

${picture("accuracy-by-network")}

Networks of many small operators (MNASNet, MobileNetV3, ShuffleNet x0.5) are the hard ones: the launch of kernels decides there, and that is software
and host. The paper's form is nearer on ${lost("network", ({ network }) => network)}: ResNets are near the average utilisation.

\`${accuracyCommand}\`
`;
}

function weakSpots(study: AccuracyStudy): string {
  return `
## Where it is bad

GPUs and precisions with a median error of ${share(BAD_MEDIAN_ERROR)} or more, the GPU left out. Above 1 the forecast is too slow: such a device is
refused though it would have come in time. Below 1 it is too fast: such a device is chosen and comes late.

${weakSpotsTable(study)}

Many of these stand on one or two steps of one machine. They stay in every average of this page.
`;
}

function probabilities(study: AccuracyStudy, picture: Picture): string {
  const { gpu } = study.cnn;
  return `
## Probabilities

${picture("accuracy-reliability")}

Deadlines as in a round: the same for the whole fleet, whatever the device. They are 0.6, 0.8, 1, 1.2, 1.4, 1.6 and 2 times the
median measured time of the same training over all GPUs. The Brier score (0 is perfect, 0.25 is what saying 50 % every time gets)
is ${fleetBrier(gpu.roofline[defaultLaw].predictions).toFixed(3)} against ${fleetBrier(gpu.paper.predictions).toFixed(3)} for the paper's form. The bins
are not independent, since one step has seven deadlines; the intervals are somewhat too narrow for that reason.

\`${accuracyCommand}\`

${picture("accuracy-pit")}

${picture("accuracy-coverage")}

${calibrationTable(study)}

Inside: measured times in the central 50, 80 and 95 % of their distribution. PIT error: mean distance between the share of measured
times below a quantile and the quantile. Said and kept: mean probability and on-time share of the
deadlines with p >= 0.8, at 0.6 to 2 times each form's own forecast. Same deadlines: those of the reliability diagram. CRPS is in units of the forecast.

- The normal utilisation is what ProbSelect takes if nothing else is asked for. It is good to a few points for PyTorch's rows and says rather too little than too much at
  p >= 0.8. Its 95 % intervals hold a little less than 95 %: there are GPUs that are five times off.
- The log-Student-t has the flattest histogram and promises a little too much at p >= 0.8; the log-normal is widest in the middle.
- TensorFlow's probabilities are not calibrated for a new GPU. The spread is learnt from two other GPUs, and the third (K80) is like neither.
- What falls outside of the intervals of the paper's form is mostly a matter of the network, which the form does not know.

### How much a deadline must leave

The spreads that are shipped (\`selection/latency/fitted/spreads.ts\`), fitted to all predictions with both GPU and network left out, and how many times
the forecast a deadline has to be for a probability of 0.8, 0.9 and 0.95 with the normal utilisation:

${deadlineTable()}
`;
}
