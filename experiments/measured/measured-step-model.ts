// What a forecaster says of a measured workload that has never seen its figures: of each GPU the forecast of coefficients that were
// fitted without that GPU and without that network, with the spread of such forecasts on other GPUs and networks.

import { ProbSelectError } from "../../foundation/errors.ts";
import { peakFor } from "../../selection/latency/peaks.ts";
import type { StepForecast, StepModel } from "../../selection/latency/step-forecast.ts";
import { type ComputeLawKind, lawWith } from "../../selection/probability/compute-law.ts";
import type { ResolvedDevice } from "../../selection/types.ts";
import type { Workload } from "../../workloads/workload.ts";
import { gpusOf } from "./measured-workloads.ts";
import type { MeasuredCell, MeasuredWorkload } from "./types.ts";

/**
 * The left-out forecasts of a measured workload, as a model of the step.
 *
 * @param kind the family of laws.
 * @returns a model that throws ProbSelectError selection.invalid-argument for a GPU that was not measured, or another network,
 * precision or batch size: nothing was left out for it, so that there is no such forecast.
 */
export function measuredStepModel(measured: MeasuredWorkload, kind: ComputeLawKind): StepModel {
  const cells = new Map(measured.cells.map((cell) => [cell.gpu, cell]));
  return (resolved, _backend, workload) => {
    requireMeasured(measured, workload);
    return forecastOf(measured, requireCell(measured, cells, resolved), resolved, kind);
  };
}

function forecastOf(
  { network, precision }: MeasuredWorkload,
  cell: MeasuredCell,
  resolved: ResolvedDevice,
  kind: ComputeLawKind,
): StepForecast {
  const { gpu, forecastSeconds, spreads } = cell;
  return {
    tier: resolved.tier,
    tierReason: `Forecast from the specs of "${gpu}" by coefficients that saw neither it nor ${network}.`,
    peakFlopPerSecond: resolved.kind === "known" ? peakFor(resolved.device, precision) : null,
    secondsPerStep: forecastSeconds,
    terms: null,
    components: [{ expectedSeconds: forecastSeconds, law: lawWith(spreads, kind) }],
  };
}

/** The cell of a device; every cell of a GPU has the same forecast. */
function requireCell(
  { key, cells: all }: MeasuredWorkload,
  cells: ReadonlyMap<string, MeasuredCell>,
  resolved: ResolvedDevice,
): MeasuredCell {
  const name = resolved.kind === "known" ? resolved.device.name : resolved.reportedName;
  const cell = resolved.kind === "known" ? cells.get(name) : undefined;
  if (cell) return cell;
  throw invalid(`"${name}" was not measured with ${key}. Take GPUs that were: ${gpusOf(all).join(", ")}.`);
}

function requireMeasured({ key, model, precision, batchSize }: MeasuredWorkload, workload: Workload): void {
  const [is, was] = [
    [workload.model.modelName, workload.precision, workload.batchSize],
    [model.modelName, precision, batchSize],
  ].map(([name, arithmetic, batch]) => `${name}, ${arithmetic}, batch size ${batch}`);
  if (is !== was) throw invalid(`${key} was measured with ${was}, not ${is}. Train as it was measured.`);
}

function invalid(message: string): ProbSelectError {
  return new ProbSelectError("selection.invalid-argument", message);
}
