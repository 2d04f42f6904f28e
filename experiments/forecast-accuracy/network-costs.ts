// What the networks of a measurement file cost, by name: as a file of features tells, else counted from the zoo's or a published
// network's architecture at the size that was measured.

import { publishedNetwork, publishedNetworkNames } from "../../models/networks/published-networks.ts";
import { findArchitecture, zoo } from "../../models/zoo.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import type { ModelCost } from "../../workloads/workload.ts";
import type { Measurement } from "./read-measurements.ts";

export type CostOf = (row: Pick<Measurement, "network" | "imageSize" | "classCount">) => ModelCost | undefined;

const published = new Set(publishedNetworkNames);

/**
 * @param features costs by name that go before our own counts; a row that states its image size is counted by us, since a file
 * of features has one size for each network.
 * @returns a function that counts each network and size once; undefined for a network that nobody knows, or that cannot be
 * built at that size.
 */
export function networkCosts(features: ReadonlyMap<string, ModelCost> = new Map()): CostOf {
  const counted = new Map<string, ModelCost | undefined>();
  return ({ network, imageSize, classCount }) => {
    const given = imageSize === undefined ? features.get(network) : undefined;
    if (given) return given;
    const key = JSON.stringify([network, imageSize, classCount]);
    if (!counted.has(key)) counted.set(key, count(network, imageSize, classCount));
    return counted.get(key);
  };
}

function count(network: string, imageSize?: number, classCount?: number): ModelCost | undefined {
  if (Object.hasOwn(zoo, network)) return modelCost(findArchitecture(network));
  return published.has(network) ? modelCost(publishedNetwork(network, { imageSize, classCount })) : undefined;
}
