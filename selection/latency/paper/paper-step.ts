// The model "paper", for comparison: one normal utilisation per device, the same for every network, as arXiv 2511.08147 has it.
// Its mean and spread are those of the utilisations measured on that device over many networks; a device that was not measured
// takes its generation's, and a generation that was not measured everybody's.

import { trainingFlop } from "../../../workloads/round-workload.ts";
import type { Workload } from "../../../workloads/workload.ts";
import { gpuCatalogue } from "../../devices/gpu-catalogue.ts";
import type { CatalogueDevice, ResolvedDevice } from "../../types.ts";
import { fittedUtilisations } from "../fitted/paper.ts";
import { peakFor, requirePeak } from "../peaks.ts";
import { fittedPrecision } from "../roofline/coefficients.ts";
import type { StepForecast, StepModel } from "../step-forecast.ts";

/** eta ~ N(mean, standardDeviation^2), over `rows` measured utilisations. */
export interface MeasuredUtilisation {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly rows: number;
}

type ByPrecision = Readonly<Partial<Record<"fp32" | "fp16", MeasuredUtilisation>>>;

export interface FittedUtilisations {
  /** By the name of the catalogue row. */
  readonly devices: Readonly<Record<string, ByPrecision>>;
  /** By `generationOf`. */
  readonly generations: Readonly<Record<string, ByPrecision>>;
  readonly all: Readonly<Record<"fp32" | "fp16", MeasuredUtilisation>>;
}

/** Vendor and architecture. @example generationOf(a100) // "nvidia Ampere" */
export function generationOf({ vendor, architecture }: Pick<CatalogueDevice, "vendor" | "architecture">): string {
  return `${vendor} ${architecture}`;
}

/** The model of the step from fitted utilisations; `paperStep` has the shipped ones. */
export function paperStepFrom(fitted: FittedUtilisations): StepModel {
  return (device, _backend, workload) =>
    device.kind === "known" ? knownStep(fitted, device, workload) : unknownStep(fitted, device, workload);
}

export const paperStep: StepModel = paperStepFrom(fittedUtilisations);

function knownStep(
  fitted: FittedUtilisations,
  { device, tier, tierReason }: Extract<ResolvedDevice, { kind: "known" }>,
  workload: Workload,
): StepForecast {
  const peakFlopPerSecond = requirePeak(device, workload.precision);
  const { utilisation, why } = utilisationFor(fitted, device, workload);
  const component = componentOf(utilisation, peakFlopPerSecond, workload);
  return {
    tier,
    tierReason: `${tierReason} Its utilisation is taken as the same for every network: ${why}.`,
    peakFlopPerSecond,
    secondsPerStep: component.expectedSeconds,
    terms: null,
    components: [component],
  };
}

function unknownStep(fitted: FittedUtilisations, device: ResolvedDevice, workload: Workload): StepForecast {
  const components = gpuCatalogue
    .flatMap((row) => {
      const peak = peakFor(row, workload.precision);
      return peak === null ? [] : [componentOf(utilisationFor(fitted, row, workload).utilisation, peak, workload)];
    })
    .sort((a, b) => a.expectedSeconds - b.expectedSeconds);
  const median = components[Math.floor(components.length / 2)];
  return {
    tier: "unknown",
    tierReason: device.tierReason,
    peakFlopPerSecond: null,
    secondsPerStep: median?.expectedSeconds ?? Number.NaN,
    terms: null,
    components,
  };
}

/** t = W / (eta P) of one step, with the relative spread of eta. */
function componentOf({ mean, standardDeviation }: MeasuredUtilisation, peakFlopPerSecond: number, workload: Workload) {
  const stepFlop = trainingFlop({ ...workload, epochs: 1 }, workload.batchSize);
  return {
    expectedSeconds: stepFlop / (mean * peakFlopPerSecond),
    law: { kind: "normal-utilisation", relativeSigma: standardDeviation / mean } as const,
  };
}

function utilisationFor(
  { devices, generations, all }: FittedUtilisations,
  device: Pick<CatalogueDevice, "name" | "vendor" | "architecture">,
  { precision }: Workload,
): { readonly utilisation: MeasuredUtilisation; readonly why: string } {
  const wanted = fittedPrecision(precision);
  const own = devices[device.name]?.[wanted];
  if (own) return { utilisation: own, why: `the mean of ${own.rows} measurements of this GPU` };
  const generation = generationOf(device);
  const relatives = generations[generation]?.[wanted];
  if (relatives)
    return { utilisation: relatives, why: `the mean of ${relatives.rows} measurements of ${generation} GPUs` };
  return { utilisation: all[wanted], why: `the mean of ${all[wanted].rows} measurements of all GPUs` };
}
