// The step of the model "roofline": the additive roofline of step-terms.ts on a catalogue row or on figures given by hand, for a
// processor the measured one's scaled, and for a device that nobody knows the mixture over the catalogue.

import type { Workload } from "../../../workloads/workload.ts";
import type { ComputeLaw, ComputeLawKind } from "../../probability/compute-law.ts";
import type { ResolvedDevice } from "../../types.ts";
import { ratesOf } from "../peaks.ts";
import { type ProcessorStep, processorStep } from "../processor/processor-step.ts";
import { type SoftwareStack, stackOf } from "../software-stack.ts";
import type { StepForecast, StepModel } from "../step-forecast.ts";
import { lawOfTier } from "../uncertainty-tiers.ts";
import { catalogueMixture, medianComponent } from "./catalogue-mixture.ts";
import { chooseCoefficients } from "./coefficients.ts";
import { stepTerms, totalSeconds } from "./step-terms.ts";

/** The model of the step with the given family of laws. */
export function rooflineStep(lawKind: ComputeLawKind): StepModel {
  return (device, backend, workload) =>
    device.kind === "known"
      ? knownStep(device, backend, workload, lawKind)
      : unknownStep(device, backend, workload, lawKind);
}

function knownStep(
  resolved: Extract<ResolvedDevice, { kind: "known" }>,
  backend: string | undefined,
  workload: Workload,
  lawKind: ComputeLawKind,
): StepForecast {
  const rates = ratesOf(resolved.device, workload.precision);
  if (resolved.device.deviceClass === "cpu") {
    const step = processorStep(rates.peakFlopPerSecond, backend, workload);
    const law = lawOfTier(resolved.tier, lawKind, processorSpread(backend));
    if (step !== null) return processorForecast(resolved, rates.peakFlopPerSecond, step, law);
  }
  const { stack, spreadOf, reason } = stackOf(backend);
  const chosen = chooseCoefficients(stack, workload.precision);
  const terms = stepTerms(rates, workload, chosen.coefficients);
  const secondsPerStep = totalSeconds(terms);
  const substitute =
    chosen.stack === stack ? "" : ` It was not measured at ${workload.precision}; PyTorch's figures stand in.`;
  return {
    tier: resolved.tier,
    tierReason: `${resolved.tierReason} ${reason}${substitute}`,
    peakFlopPerSecond: rates.peakFlopPerSecond,
    secondsPerStep,
    terms,
    components: [{ expectedSeconds: secondsPerStep, law: lawOfTier(resolved.tier, lawKind, spreadOf) }],
  };
}

/** Only "wasm" was timed with networks of all kinds; the others are as uncertain as the widest spread. */
function processorSpread(backend: string | undefined): SoftwareStack {
  return backend === undefined || backend === "wasm" ? "pytorch" : "tensorflow";
}

function processorForecast(
  { tier, tierReason }: Extract<ResolvedDevice, { kind: "known" }>,
  peakFlopPerSecond: number,
  { secondsPerStep, terms, reason }: ProcessorStep,
  law: ComputeLaw,
): StepForecast {
  return {
    tier,
    tierReason: `${tierReason} ${reason}`,
    peakFlopPerSecond,
    secondsPerStep,
    terms,
    components: [{ expectedSeconds: secondsPerStep, law }],
  };
}

function unknownStep(
  resolved: ResolvedDevice,
  backend: string | undefined,
  workload: Workload,
  lawKind: ComputeLawKind,
): StepForecast {
  const { stack, spreadOf } = stackOf(backend);
  const mixture = catalogueMixture(workload, stack);
  return {
    tier: "unknown",
    tierReason: resolved.tierReason,
    peakFlopPerSecond: null,
    secondsPerStep: medianComponent(mixture).secondsPerStep,
    terms: null,
    components: mixture.map(({ secondsPerStep, tier }) => ({
      expectedSeconds: secondsPerStep,
      law: lawOfTier(tier, lawKind, spreadOf),
    })),
  };
}
