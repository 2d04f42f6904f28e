// Why a network cannot be written in a format.

import { ProbSelectError } from "../../foundation/errors.ts";

/** What a refusal says of a layer. */
export interface ExportableLayer {
  readonly name: string;
  readonly kind: string;
}

/** @throws {ProbSelectError} models.not-exportable, always. */
export function refuseExport({ name, kind }: ExportableLayer, problem: string): never {
  throw new ProbSelectError("models.not-exportable", `The layer "${name}" (${kind}) ${problem}`);
}
