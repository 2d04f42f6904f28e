// The way in which a data set is divided over clients, as an operator writes it.

import { ProbSelectError } from "../../foundation/errors.ts";

export type PartitionDescription =
  | { readonly kind: "iid" }
  /** Label skew; see partition-dirichlet.ts. */
  | { readonly kind: "dirichlet"; readonly alpha: number };

/**
 * @throws {ProbSelectError} workloads.invalid-partition
 * @example parsePartition("dirichlet:0.5") // { kind: "dirichlet", alpha: 0.5 }
 */
export function parsePartition(text: string): PartitionDescription {
  if (text === "iid") return { kind: "iid" };
  const alpha = Number(/^dirichlet:(\d*\.?\d+(?:e[+-]?\d+)?)$/i.exec(text)?.[1] ?? Number.NaN);
  if (Number.isFinite(alpha) && alpha > 0) return { kind: "dirichlet", alpha };
  throw new ProbSelectError(
    "workloads.invalid-partition",
    `The partition "${text}" is not known. Use iid, or dirichlet:ALPHA with ALPHA above 0, e.g. dirichlet:0.5.`,
  );
}
