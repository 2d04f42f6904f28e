// Every latency model by its name. A new one is one file and one entry here (recipe: CONTRIBUTING).

import { ProbSelectError } from "../../foundation/errors.ts";
import type { LatencyModel } from "../types.ts";
import { rooflineModel } from "./roofline-model.ts";

const latencyModels: Readonly<Record<string, LatencyModel>> = { [rooflineModel.name]: rooflineModel };

/**
 * The latency model of that name.
 *
 * @throws {ProbSelectError} selection.unknown-latency-model, with the known names.
 */
export function findLatencyModel(name: string): LatencyModel {
  const found = Object.hasOwn(latencyModels, name) ? latencyModels[name] : undefined;
  if (found) return found;
  throw new ProbSelectError(
    "selection.unknown-latency-model",
    `No latency model is named "${name}". Known latency models: ${Object.keys(latencyModels).join(", ")}.`,
  );
}
