// The additive roofline of one training step: each feature of the step times its fitted coefficient.

import type { Workload } from "../../../workloads/workload.ts";
import type { ComputeTerms } from "../../types.ts";
import type { RooflineCoefficients } from "./coefficients.ts";
import { type HardwareRates, type StepFeatures, stepFeatures } from "./step-features.ts";

/**
 * Seconds of one training step of a whole batch, term by term, at the mean utilisation.
 *
 *   t_step = k1 F_dense / P + k2 F_dense / P_fp32 + k3 F_grouped / P + k4 F_depthwise / P
 *            + k5 Bytes_activations / BW + k6 Bytes_parameters / BW + c N_launches / f + k7 Bytes_inputs + t_0
 */
export function stepTerms(
  rates: HardwareRates,
  workload: Pick<Workload, "model" | "batchSize" | "precision">,
  coefficients: RooflineCoefficients,
): ComputeTerms {
  return termsOf(stepFeatures(rates, workload), coefficients);
}

/** The terms of features that are at hand already. */
export function termsOf(features: StepFeatures, coefficients: RooflineCoefficients): ComputeTerms {
  return {
    denseSeconds: coefficients.dense * features.dense + coefficients.vector * features.vector,
    groupedSeconds: coefficients.grouped * features.grouped,
    depthwiseSeconds: coefficients.depthwise * features.depthwise,
    activationSeconds: coefficients.activation * features.activation,
    parameterSeconds: coefficients.parameter * features.parameter,
    launchSeconds: coefficients.launch * features.launch,
    inputSeconds: coefficients.input * features.input,
    stepSeconds: coefficients.step * features.step,
  };
}

/** The same terms for many steps. */
export function scaledTerms(terms: ComputeTerms, factor: number): ComputeTerms {
  return {
    denseSeconds: terms.denseSeconds * factor,
    groupedSeconds: terms.groupedSeconds * factor,
    depthwiseSeconds: terms.depthwiseSeconds * factor,
    activationSeconds: terms.activationSeconds * factor,
    parameterSeconds: terms.parameterSeconds * factor,
    launchSeconds: terms.launchSeconds * factor,
    inputSeconds: terms.inputSeconds * factor,
    stepSeconds: terms.stepSeconds * factor,
  };
}

/** Their sum: t_step, or the compute time if they are those of all steps. */
export function totalSeconds(terms: ComputeTerms): number {
  const { denseSeconds, groupedSeconds, depthwiseSeconds, activationSeconds, parameterSeconds } = terms;
  const arithmetic = denseSeconds + groupedSeconds + depthwiseSeconds;
  const overhead = terms.launchSeconds + terms.inputSeconds + terms.stepSeconds;
  return arithmetic + activationSeconds + parameterSeconds + overhead;
}
