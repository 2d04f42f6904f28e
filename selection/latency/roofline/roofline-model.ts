// The model "roofline", the reference: static specs of the catalogue, fitted coefficients, and a spread by what is known. The
// mean utilisation follows the workload, since one utilisation per GPU is wrong by a factor of three between networks.

import type { ComputeLawKind } from "../../probability/compute-law.ts";
import type { LatencyModel } from "../../types.ts";
import { roundModel } from "../round-model.ts";
import { rooflineStep } from "./roofline-step.ts";

/** The model with a family of laws for the compute time. */
export const rooflineModelWith = (lawKind: ComputeLawKind): LatencyModel =>
  roundModel("roofline", rooflineStep(lawKind));

/** With the paper's normal law of utilisation. */
export const rooflineModel: LatencyModel = rooflineModelWith("normal-utilisation");
