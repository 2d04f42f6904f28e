// The study `alm-accuracy`: how far the analytical latency model is off for training steps that others measured, none of whose GPU and
// network it has seen. On the package's own table of measurements; docs/accuracy.md scores all that were ever used.

import { mean } from "simple-statistics";
import { seededRandom } from "../../../foundation/random-source.ts";
import { computeQuantile, lawWith } from "../../../selection/probability/compute-law.ts";
import { findMeasuredWorkload, measuredWorkloadKeys } from "../../measured/measured-workloads.ts";
import { dotsFigure } from "../figures/dots-with-intervals.ts";
import { linesFigure } from "../figures/lines-with-intervals.ts";
import { clusterBootstrap } from "../statistics/bootstrap.ts";
import type { Estimate, HeadlineFigure, Study } from "../study.ts";

const TRUTH = "L2: measured training steps; the forecast has seen neither the GPU nor the network";
const LAW = "normal-utilisation";

interface Step {
  readonly gpu: string;
  readonly stack: string;
  readonly workload: string;
  readonly precision: string;
  readonly measuredSeconds: number;
  readonly forecastSeconds: number;
  /** |forecast - measured| / measured. */
  readonly absoluteError: number;
  /** Whether it was done by when 80 % and 90 % were promised. */
  readonly keptAt80: number;
  readonly keptAt90: number;
}

export const almAccuracyStudy: Study = {
  name: "alm-accuracy",
  summary: "errors of the forecast on measured training steps whose GPU and network it has not seen",
  run: async ({ onProgress }) => {
    onProgress({ doneCount: 0, cachedCount: 0, jobCount: 1, doneWork: 0 });
    const steps = measuredWorkloadKeys.flatMap(stepsOf);
    const stacks = [...new Set(steps.map(kindOf))];
    return {
      title: "How good the latency model is on measured steps",
      lead: `${steps.length} measured steps of ${new Set(steps.map(({ gpu }) => gpu)).size} GPUs; each forecast by coefficients that saw neither its GPU nor its network.`,
      truth: TRUTH,
      headline: stacks.flatMap((kind) =>
        headlineOf(
          kind,
          steps.filter((step) => kindOf(step) === kind),
        ),
      ),
      sections: [
        {
          title: "Errors",
          paragraphs: ["Intervals resample GPUs: the steps of one GPU resemble each other."],
          figures: [errorCurves(steps, stacks), errorsByGpu(steps)],
          tables: [],
        },
      ],
      records: steps.map((step) => ({ ...step })),
      summary: stacks.map((kind) => {
        const own = steps.filter((step) => kindOf(step) === kind);
        const mape = overGpus(own, kind, ({ absoluteError }) => absoluteError);
        return {
          ...{ kind, steps: own.length, mape: mape?.estimate ?? null, mapeLow: mape?.low ?? null },
          mapeHigh: mape?.high ?? null,
          keptAt80: mean(own.map(({ keptAt80 }) => keptAt80)),
          keptAt90: mean(own.map(({ keptAt90 }) => keptAt90)),
        };
      }),
    };
  },
};

function stepsOf(key: string): readonly Step[] {
  const { cells, stack, precision } = findMeasuredWorkload(key);
  return cells.map(({ gpu, stepSeconds, forecastSeconds, spreads }) => {
    const law = lawWith(spreads, LAW);
    const keptAt = (probability: number) =>
      stepSeconds <= forecastSeconds * computeQuantile(law, probability) ? 1 : 0;
    return {
      ...{ gpu, stack, workload: key, precision, measuredSeconds: stepSeconds, forecastSeconds },
      absoluteError: Math.abs(forecastSeconds - stepSeconds) / stepSeconds,
      ...{ keptAt80: keptAt(0.8), keptAt90: keptAt(0.9) },
    };
  });
}

const kindOf = ({ stack, precision }: Step) => `${stack}, ${precision}`;

/** Mean over steps, GPUs resampled. */
function overGpus(steps: readonly Step[], label: string, of: (step: Step) => number): Estimate | null {
  const gpus = [...new Set(steps.map(({ gpu }) => gpu))];
  const clusters = gpus.map((gpu) => steps.filter((step) => step.gpu === gpu).map(of));
  const found = clusterBootstrap(clusters, (drawn) => mean(drawn.flat()), {
    random: seededRandom(1, "alm", label),
    resamples: 2000,
  });
  return found && { estimate: found.estimate, low: found.low, high: found.high };
}

function headlineOf(kind: string, steps: readonly Step[]): readonly HeadlineFigure[] {
  const found = overGpus(steps, kind, ({ absoluteError }) => absoluteError);
  const note = `${steps.length} steps; of deadlines promised with 80 %, ${(100 * mean(steps.map(({ keptAt80 }) => keptAt80))).toFixed(0)} % were kept`;
  return found ? [{ ...found, name: `mape:${kind}`, label: `MAPE, ${kind}`, unit: "percent", note }] : [];
}

/** Share of the steps with at most an error. */
function errorCurves(steps: readonly Step[], kinds: readonly string[]) {
  const limits = Array.from({ length: 101 }, (_, index) => index / 100);
  const rows = kinds.flatMap((kind) => {
    const errors = steps.filter((step) => kindOf(step) === kind).map(({ absoluteError }) => absoluteError);
    return limits.map((limit) => ({
      series: kind,
      x: limit,
      estimate: errors.filter((error) => error <= limit).length / errors.length,
      ...{ low: null, high: null },
    }));
  });
  return linesFigure({
    ...{
      name: "errors",
      title: "Steps with at most an error",
      note: "All steps of a stack and precision.",
      truth: TRUTH,
    },
    rows,
    labels: kinds,
    symbols: "few",
    x: { label: "|forecast - measured| / measured (%)", isShare: true },
    y: { label: "steps (%)", isShare: true, domain: [0, 1] },
  });
}

function errorsByGpu(steps: readonly Step[]) {
  const gpus = [...new Set(steps.map(({ gpu }) => gpu))];
  const rows = gpus
    .map((gpu) => {
      const errors = steps.filter((step) => step.gpu === gpu).map(({ absoluteError }) => absoluteError);
      return { label: gpu, series: "MAPE", estimate: mean(errors), low: null, high: null };
    })
    .toSorted((a, b) => a.estimate - b.estimate);
  return dotsFigure({
    ...{ name: "errors-by-gpu", title: "Mean error by GPU", note: "Over all of its steps.", truth: TRUTH, rows },
    x: { label: "MAPE (%)", isShare: true },
  });
}
