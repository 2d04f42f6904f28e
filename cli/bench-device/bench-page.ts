// The benchmark as one HTML file that needs nothing else: no script, no font, no network.

import type { Figure } from "../../experiments/report/figures/figure.ts";
import { html, type Markup, raw } from "../../experiments/report/html.ts";
import { styleSheet } from "../../experiments/report/style.ts";
import { figureElement, studyStyle, tableElement } from "../../experiments/studies/report/study-page.ts";
import type { StudyTable } from "../../experiments/studies/study.ts";
import { type BenchResult, byWorkload, type MeasuredBenchCell, type WorkloadComparison } from "./bench-result.ts";
import { cellWords, countingRule, machineWords, percentWords, workloadName } from "./bench-words.ts";

type Words = ReturnType<typeof cellWords>;
type Column = readonly [label: string, of: (words: Words, cell: MeasuredBenchCell) => string];

const speedColumns: readonly Column[] = [
  ["p50", ({ p50 }) => p50],
  ["p95", ({ p95 }) => p95],
  ["idle to idle", ({ idleToIdle }) => idleToIdle],
  ["examples", ({ examples }) => examples],
  ["achieved", ({ rate }) => rate],
  ["of peak", ({ utilisation }) => utilisation],
  ["forecast", ({ forecast }) => forecast],
  ["off", ({ error }) => error],
  ["spread", (_, { relativeSpread }) => percentWords(relativeSpread)],
];

const effortColumns: readonly Column[] = [
  ["steps timed", (_, { steps }) => String(steps)],
  ["in bursts", (_, { repeats }) => String(repeats)],
  ["steps dropped", (_, { benchmark }) => String(benchmark.droppedSteps)],
];

const otherColumns: readonly Column[] = [
  ["ready", ({ ready }) => ready],
  ["first step", ({ firstStep }) => firstStep],
  ["file", ({ file }) => file],
  ["to bytes", ({ encode }) => encode],
  ["from bytes", ({ decode }) => decode],
  ["off device", ({ read }) => read],
  ["peak RSS", ({ memory }) => memory],
  ["tensors", ({ tensors }) => tensors],
  ["GPU buffers", ({ gpuMemory }) => gpuMemory],
];

/** Tables of ten columns on paper. */
const printStyle =
  "@media print{.study-table th:not(:last-child),.study-table td:not(:last-child){padding-right:9px}" +
  ".study-table thead th{font-size:9px}.study-table td,.study-table th{white-space:nowrap}}";

/** @param command the one that gives this again. */
export function renderBenchPage(result: BenchResult, figure: Figure, command: string): string {
  const comparisons = byWorkload(result);
  const { machine, measuredAt } = result;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="ProbSelect ${machine.software.probselect}">
<title>${machine.processor} · ProbSelect device benchmark</title>
<style>${raw(styleSheet)}
${raw(studyStyle)}
${raw(printStyle)}</style>
</head>
<body>
<main>
<header>
  <p class="kicker">ProbSelect device benchmark</p>
  <h1>${machine.gpus[0] ?? machine.processor}</h1>
  <p class="lead">${leadOf(comparisons)}</p>
  <p class="small">${machineWords(machine)}. Measured ${measuredAt.slice(0, 16).replace("T", " ")} UTC.</p>
  ${result.isInterrupted ? html`<p class="warning">Interrupted before its end: what follows is what was measured until then.</p>` : null}
  ${result.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
</header>
<section>
  <h2>A training step</h2>
  ${figureElement(figure)}
  ${tableElement(tableOf("Warm steps and their forecast", comparisons, speedColumns))}
</section>
<section>
  <h2>Cold start, parameters and memory</h2>
  ${tableElement(tableOf("Every cell in a fresh process", comparisons, otherColumns))}
  ${tableElement(tableOf("How much was timed", comparisons, effortColumns))}
</section>
${missingSection(comparisons)}
${backendSection(result)}
${definitionsSection(result)}
<section>
  <h2>How to get this again</h2>
  <pre>${command}</pre>
</section>
</main>
</body>
</html>
`;
  return page.text;
}

/** The fastest back-end of each workload, in a sentence. */
function leadOf(comparisons: readonly WorkloadComparison[]): string {
  const winners = comparisons.flatMap(({ entries, ...workload }) => {
    const measured = entries.flatMap(({ backend, cell }) => (cell.outcome === "measured" ? [{ backend, cell }] : []));
    const [first, second] = measured.sort((a, b) => a.cell.secondsPerStep - b.cell.secondsPerStep);
    if (first === undefined) return [];
    const factor = second && second.cell.secondsPerStep / first.cell.secondsPerStep;
    const ahead = second === undefined ? "" : `, ${factor?.toPrecision(2)} times as fast as ${second.backend}`;
    return [`${workloadName(workload)}: ${first.backend}${ahead}`];
  });
  return winners.length === 0 ? "Nothing was measured." : `Fastest back-end. ${winners.join("; ")}.`;
}

function tableOf(caption: string, comparisons: readonly WorkloadComparison[], columns: readonly Column[]): StudyTable {
  return {
    caption,
    columns: [
      { label: "network", align: "left" },
      { label: "batch", align: "right" },
      { label: "back-end", align: "left" },
      ...columns.map(([label]) => ({ label, align: "right" as const })),
    ],
    rows: comparisons.flatMap(({ entries, network, batchSize }) =>
      entries.flatMap(({ backend, cell }) => {
        if (cell.outcome !== "measured") return [];
        const words = cellWords(cell);
        return [[network, String(batchSize), backend, ...columns.map(([, of]) => of(words, cell))]];
      }),
    ),
  };
}

function missingSection(comparisons: readonly WorkloadComparison[]): Markup | null {
  const missing = comparisons.flatMap(({ entries, ...workload }) =>
    entries.flatMap(({ backend, cell }) =>
      cell.outcome === "measured" ? [] : [[`${workloadName(workload)}, ${backend}`, `${cell.outcome}: ${cell.reason}`]],
    ),
  );
  if (missing.length === 0) return null;
  return html`
<section>
  <h2>Not measured</h2>
  <dl class="definitions">${missing.map(([what, why]) => html`<dt>${what}</dt><dd>${why}</dd>`)}</dl>
</section>`;
}

function backendSection({ backends }: BenchResult): Markup {
  return html`
<section>
  <h2>Back-ends</h2>
  <dl class="definitions">${backends.map(({ name, isUsable, reason, device, calibrationFile }) => {
    const trains = device === null ? null : html` Trains on ${device.reportedName}: ${device.why}`;
    const file = calibrationFile === null ? null : html` Calibration: ${calibrationFile}.`;
    return html`<dt>${name}</dt><dd>${isUsable ? "" : "Not usable: "}${reason}.${trains}${file}</dd>`;
  })}</dl>
</section>`;
}

function definitionsSection({ settings }: BenchResult): Markup {
  const { turns, maximumSecondsPerCell, longestStepSeconds } = settings;
  const terms: readonly (readonly [string, string])[] = [
    [
      "Step",
      "From the loss of one step to the loss of the next, each read from the device. On WebGPU two further steps are always under way, so that the device never waits; bursts begin and end on an idle device.",
    ],
    [
      "p50, p95",
      `Over all timed steps of up to ${turns} bursts in at most about ${maximumSecondsPerCell} s. Examples a second: batch size / mean step.`,
    ],
    [
      "Dropped",
      "Steps that were trained and not timed: the first of the process, a whole first burst, and those around the timed ones of each burst.",
    ],
    [
      "Idle to idle",
      "From an idle device with the parameters on the host to the parameters on the host again, over all steps of a burst: the median of the bursts. It has what the step does not: the upload, the first step of a burst, the way back.",
    ],
    [
      "Achieved, of peak",
      `${countingRule} Of the peak that an agent on this machine reports; of a processor that is one thread's.`,
    ],
    [
      "Forecast, off",
      "What the latency model “roofline” says of the step from the device's specs alone, and forecast / p50 - 1. With the calibration the forecast is the measured time.",
    ],
    [
      "Spread",
      "Robust standard deviation of the bursts' mean steps, as a share of their median. A quiet machine stays below 10 %.",
    ],
    [
      "Ready, first step",
      "From the start of a fresh process to a back-end that is ready, and from there to the first loss: kernels and shaders are compiled.",
    ],
    [
      "File, to and from bytes, off device",
      "The parameter file that travels, made and read (medians); and the parameters from the device after the last loss.",
    ],
    [
      "Peak RSS, tensors, GPU buffers",
      "Resident memory of the process at its peak, Node and libraries included; tensors that TensorFlow.js holds between two steps; buffers on the GPU where the back-end counts them.",
    ],
    ["Skipped", `A warm step took more than ${longestStepSeconds} s, or the first one did not end.`],
  ];
  return html`
<section>
  <h2>How the numbers are defined</h2>
  <dl class="definitions">${terms.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>
</section>`;
}
