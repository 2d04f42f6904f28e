// How the benchmark's numbers are written, the same on the terminal, in the figure and on the page.

import { formatBytes, formatRate, formatSeconds } from "../../selection/quantities.ts";
import { formatCount } from "../../server/reporting/format-quantities.ts";
import type { BenchResult, MeasuredBenchCell } from "./bench-result.ts";

/** @example workloadName({ network: "mlp", batchSize: 32 }) // "mlp, batch 32" */
export function workloadName({ network, batchSize }: { readonly network: string; readonly batchSize: number }): string {
  return `${network}, batch ${batchSize}`;
}

/** @example examplesWords(13_912.3) // "13,900/s" */
export function examplesWords(examplesPerSecond: number): string {
  return `${formatCount(Number(examplesPerSecond.toPrecision(3)))}/s`;
}

/** @example percentWords(0.1234) // "12 %"; percentWords(0.0123) // "1.2 %" */
export function percentWords(share: number): string {
  const percent = Math.abs(100 * share);
  return `${percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** @example errorWords(-0.25) // "-25 %" */
export function errorWords(relativeError: number): string {
  return `${relativeError < 0 ? "-" : "+"}${percentWords(relativeError)}`;
}

/** The figures of a cell in words. */
export function cellWords({ secondsPerStep, benchmark }: MeasuredBenchCell) {
  const { p95SecondsPerStep, examplesPerSecond, flopPerSecond, utilisation, forecast } = benchmark;
  return {
    p50: formatSeconds(secondsPerStep),
    p95: formatSeconds(p95SecondsPerStep),
    examples: examplesWords(examplesPerSecond),
    rate: formatRate(flopPerSecond, "FLOP/s"),
    utilisation: utilisation === null ? "unknown" : percentWords(utilisation),
    forecast: formatSeconds(forecast.secondsPerStep),
    error: errorWords(forecast.relativeError),
    ready: formatSeconds(benchmark.readySeconds),
    firstStep: formatSeconds(benchmark.firstStepSeconds),
    idleToIdle: formatSeconds(benchmark.idleToIdleSecondsPerStep),
    file: formatBytes(benchmark.parameterFileBytes),
    encode: formatSeconds(benchmark.encodeSeconds),
    decode: formatSeconds(benchmark.decodeSeconds),
    read: formatSeconds(benchmark.readParametersSeconds),
    memory: formatBytes(benchmark.peakRssBytes),
    tensors: formatBytes(benchmark.tensorBytes),
    gpuMemory: benchmark.gpuBytes === null ? "–" : formatBytes(benchmark.gpuBytes),
  };
}

/** @example "Intel(R) Xeon(R) Processor, 2 cores, 8.3 GB, linux x64, Node v20.20.2, ProbSelect 0.1.0" */
export function machineWords({ processor, coreCount, memoryBytes, gpus, platform, software }: BenchResult["machine"]) {
  const { node, probselect } = software;
  return [
    processor,
    `${coreCount} cores`,
    formatBytes(memoryBytes),
    ...gpus,
    platform,
    `Node ${node}`,
    `ProbSelect ${probselect}`,
  ].join(", ");
}

/** What FLOP are here. */
export const countingRule =
  "FLOP of a step: 2 for a multiply-add (1 MAC = 2 FLOP), times three, since the backward pass counts as two forward passes; " +
  "only multiply-adds of layers with weights count.";

/** Back-ends that cannot be used, as lines. */
export function unusableLines({ backends }: Pick<BenchResult, "backends">): readonly string[] {
  return backends.filter(({ isUsable }) => !isUsable).map(({ name, reason }) => `${name}: ${reason}`);
}
