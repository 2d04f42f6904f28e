// The division that the data have by themselves: each example belongs to a person, a device, a speaker, and a client gets all examples of
// some of these, as the data sets of LEAF (Caldas et al. 2018, arXiv 1812.01097) are divided.

import { ProbSelectError } from "../../foundation/errors.ts";
import { concatenated } from "./indices-by-class.ts";
import { requireEnoughExamples, shuffleInPlace } from "./partition-iid.ts";

/**
 * Every example goes to exactly one client, and those of one id to the same. Ids are dealt in random order, as many to each client, or
 * one more.
 *
 * @param options.ids to whom each example belongs; undefined if the data set does not say.
 * @returns per client, the indices of its examples in random order.
 * @throws {ProbSelectError} workloads.invalid-partition if there are no ids, or fewer than clients.
 */
export function partitionNatural(options: {
  readonly ids: readonly string[] | undefined;
  readonly clientCount: number;
  readonly seed: number;
}): Uint32Array[] {
  const { clientCount, seed } = options;
  const ids = requireIds(options.ids);
  requireEnoughExamples(ids.length, clientCount, 1);
  const byId = dealtIds(ids, seed);
  if (byId.length < clientCount) {
    throw new ProbSelectError(
      "workloads.invalid-partition",
      `The data set's examples belong to ${byId.length} ids, too few for ${clientCount} clients: each needs one. Use at most ${byId.length} clients.`,
    );
  }
  return Array.from({ length: clientCount }, (_, client) => {
    const share = concatenated(byId.filter((_, position) => position % clientCount === client));
    shuffleInPlace(share, seed, "natural", "client", client);
    return share;
  });
}

/** @throws {ProbSelectError} workloads.invalid-partition */
export function requireIds(ids: readonly string[] | undefined): readonly string[] {
  if (ids) return ids;
  throw new ProbSelectError(
    "workloads.invalid-partition",
    `The data set does not say to whom its examples belong, so that "natural" cannot divide it. Name the column with the ids ` +
      `("./train.csv?id=user"), give a module's data set loadTrainingIds(), or use another partition.`,
  );
}

/** The indices of each id's examples; the ids in random order. */
function dealtIds(ids: readonly string[], seed: number): Uint32Array[] {
  const byId = new Map<string, number[]>();
  for (const [index, id] of ids.entries()) {
    const own = byId.get(id);
    if (own) own.push(index);
    else byId.set(id, [index]);
  }
  // By name first, so that the order of the examples in the file decides nothing.
  const groups = [...byId].sort(([first], [second]) => (first < second ? -1 : 1)).map(([, own]) => own);
  const order = Uint32Array.from(groups, (_, position) => position);
  shuffleInPlace(order, seed, "natural", "deal");
  return Array.from(order, (position) => Uint32Array.from(groups[position] ?? []));
}
