// A benchmark as flat rows: of the CSV file, one a cell, with the units in the names of the columns.

import type { CellValue } from "../../experiments/studies/study.ts";
import type { BenchCell, BenchResult } from "./bench-result.ts";
import { byWorkload } from "./bench-result.ts";

type Row = Readonly<Record<string, CellValue>>;

/** The cells by workload; what was not measured has a reason and no numbers. */
export function benchRows(result: BenchResult): readonly Row[] {
  return byWorkload(result).flatMap(({ entries }) => {
    return entries.map(({ backend, cell }) => {
      const device = result.backends.find(({ name }) => name === backend)?.device?.reportedName ?? null;
      return { backend, device, ...rowOf(cell) };
    });
  });
}

function rowOf(cell: BenchCell): Row {
  const { network, batchSize, outcome } = cell;
  if (cell.outcome !== "measured") return { network, batchSize, outcome, reason: cell.reason };
  const { forecast, ...figures } = cell.benchmark;
  return {
    ...{ network, batchSize, outcome, reason: null },
    p50SecondsPerStep: cell.secondsPerStep,
    ...figures,
    forecastSecondsPerStep: forecast.secondsPerStep,
    forecastTier: forecast.tier,
    forecastRelativeError: forecast.relativeError,
    ...{ relativeSpread: cell.relativeSpread, timedSteps: cell.steps, bursts: cell.repeats },
  };
}
