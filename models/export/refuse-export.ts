// Why a network cannot be written in a format.

import { ProbSelectError } from "../../foundation/errors.ts";
import type { LayerSpec } from "../architecture.ts";

/** @throws {ProbSelectError} models.not-exportable, always. */
export function refuseExport({ name, kind }: LayerSpec, problem: string): never {
  throw new ProbSelectError("models.not-exportable", `The layer "${name}" (${kind}) ${problem}`);
}
