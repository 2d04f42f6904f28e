// What the networks of a measurement file cost, by name: as a file of features tells, else counted from the zoo's or a published
// network's architecture at the size that was measured.

import { ProbSelectError } from "../../foundation/errors.ts";
import { publishedNetwork, publishedNetworkNames } from "../../models/networks/published-networks.ts";
import { findArchitecture, zoo } from "../../models/zoo.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import type { ModelCost } from "../../workloads/workload.ts";
import type { Measurement } from "./read-measurements.ts";

export type CostOf = (row: Pick<Measurement, "network" | "imageSize" | "classCount">) => ModelCost | undefined;

const published = new Set(publishedNetworkNames);

/**
 * @param features costs by name that go before our own counts; a row that states its image size is counted by us if we know the
 * network, since a file of features has one size for each, and else takes the file's if that is of the same size.
 * @returns a function that counts each network and size once; undefined for a network that nobody knows, or that cannot be
 * built at that size.
 */
export function networkCosts(features: ReadonlyMap<string, ModelCost> = new Map()): CostOf {
  const counted = new Map<string, ModelCost | undefined>();
  return ({ network, imageSize, classCount }) => {
    const given = features.get(network);
    if (given && imageSize === undefined) return given;
    const key = JSON.stringify([network, imageSize, classCount]);
    if (!counted.has(key)) counted.set(key, count(network, imageSize, classCount));
    return counted.get(key) ?? (given && isOfSize(given, imageSize) ? given : undefined);
  };
}

function count(network: string, imageSize?: number, classCount?: number): ModelCost | undefined {
  if (Object.hasOwn(zoo, network)) {
    const architecture = findArchitecture(network);
    // The zoo's networks have one size each.
    return imageSize === undefined || imageSize === architecture.inputShape[0] ? modelCost(architecture) : undefined;
  }
  if (!published.has(network)) return undefined;
  try {
    return modelCost(publishedNetwork(network, { imageSize, classCount }));
  } catch (thrown) {
    if (thrown instanceof ProbSelectError) return undefined; // no such size: the row is skipped
    throw thrown;
  }
}

/** Whether a network's examples are images of so many pixels a side, grey or coloured. */
function isOfSize({ inputElements }: ModelCost, imageSize = 0): boolean {
  return [1, 3].some((channels) => inputElements === channels * imageSize ** 2);
}
