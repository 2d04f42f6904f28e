// The way in which a data set is divided over clients, as an operator writes it.

import { ProbSelectError } from "../../foundation/errors.ts";

/** Each kind has a file of its own, partition-<kind>.ts. */
export type PartitionDescription =
  | { readonly kind: "iid" }
  /** Label skew: each class divided by shares drawn from a Dirichlet distribution. */
  | { readonly kind: "dirichlet"; readonly alpha: number }
  /** Label skew: so many pieces of the data sorted by label. */
  | { readonly kind: "shards"; readonly shardsPerClient: number }
  /** Sizes drawn from a Dirichlet distribution. */
  | { readonly kind: "quantity"; readonly alpha: number }
  /** Label skew: so many classes a client. */
  | { readonly kind: "labels"; readonly classesPerClient: number }
  /** By whom the examples are. */
  | { readonly kind: "natural" };

/** How each kind is written, for help texts and errors. */
export const partitionForms = ["iid", "dirichlet:ALPHA", "shards:N", "quantity:ALPHA", "labels:K", "natural"] as const;

/** Above this a count of shards or classes is a slip. */
const LARGEST_COUNT = 1_000_000;

/**
 * @throws {ProbSelectError} workloads.invalid-partition
 * @example parsePartition("dirichlet:0.5") // { kind: "dirichlet", alpha: 0.5 }
 * @example parsePartition("shards:2") // { kind: "shards", shardsPerClient: 2 }
 */
export function parsePartition(text: string): PartitionDescription {
  const [, kind = "", parameter] = /^([a-z]+)(?::(.*))?$/i.exec(text) ?? [];
  const alpha = positiveNumber(parameter);
  const count = wholeNumber(parameter);
  if (parameter === undefined && (kind === "iid" || kind === "natural")) return { kind };
  if ((kind === "dirichlet" || kind === "quantity") && alpha !== undefined) return { kind, alpha };
  if (kind === "shards" && count !== undefined) return { kind, shardsPerClient: count };
  if (kind === "labels" && count !== undefined) return { kind, classesPerClient: count };
  throw new ProbSelectError(
    "workloads.invalid-partition",
    `The partition "${text}" is not known. Use iid, dirichlet:ALPHA or quantity:ALPHA with ALPHA above 0 (dirichlet:0.5), shards:N with N ` +
      `shards a client (shards:2), labels:K with K classes a client (labels:3), or natural (by the data's ids).`,
  );
}

function positiveNumber(text = ""): number | undefined {
  const value = /^(\d*\.?\d+(?:e[+-]?\d+)?)$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function wholeNumber(text = ""): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= LARGEST_COUNT ? value : undefined;
}
