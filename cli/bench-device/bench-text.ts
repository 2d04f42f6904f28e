// A benchmark for people: one table of all cells, and what to do with the files.

import { relative } from "node:path";
import Table from "cli-table3";
import { type BenchResult, byWorkload } from "./bench-result.ts";
import { cellWords, countingRule, machineWords, unusableLines, workloadName } from "./bench-words.ts";
import type { WrittenBench } from "./write-bench.ts";

const head = ["back-end", "p50", "p95", "examples", "rate", "of peak", "first step", "forecast", "off", "memory"];

export function benchText(result: BenchResult, files: WrittenBench): string {
  const [calibration] = files.calibrations;
  const unusable = unusableLines(result);
  return [
    machineWords(result.machine),
    ...result.backends.flatMap(({ name, device }) => (device ? [`${name} trains on ${device.reportedName}`] : [])),
    "",
    cellTable(result),
    "",
    "p50, p95: a warm step. First step: from the start of a fresh process to its end. Memory: resident, at its peak.",
    countingRule,
    ...(unusable.length > 0 ? ["", "Not usable here", ...unusable.map((line) => `  ${line}`)] : []),
    "",
    `Report: ${shown(files.page)}`,
    ...(calibration === undefined
      ? []
      : [`Forecast this device by it: probselect server ${files.calibrations.map(asOption).join(" ")}`]),
    ...result.warnings.flatMap((warning) => ["", `warning  ${warning}`]),
  ].join("\n");
}

const asOption = (file: string) => `--calibration ${shown(file)}`;

/** From here, where it lies below. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}

function cellTable(result: BenchResult): string {
  const table = new Table({
    head,
    colAligns: ["left", ...head.slice(1).map(() => "right" as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const { network, batchSize, entries } of byWorkload(result)) {
    table.push([{ colSpan: head.length, content: workloadName({ network, batchSize }) }]);
    for (const { backend, cell } of entries) {
      if (cell.outcome !== "measured") {
        const words = `${cell.outcome}: ${cell.reason}`;
        table.push([`  ${backend}`, { colSpan: head.length - 1, content: words, hAlign: "left" }]);
        continue;
      }
      const { p50, p95, examples, rate, utilisation, forecast, error, memory } = cellWords(cell);
      const { readySeconds, firstStepSeconds } = cell.benchmark;
      const first = `${(readySeconds + firstStepSeconds).toFixed(2)} s`;
      table.push([`  ${backend}`, p50, p95, examples, rate, utilisation, first, forecast, error, memory]);
    }
  }
  return table.toString();
}
