// Phones as unequal as FedScale's clients: each computes as much faster or slower than a reference phone as its measured capacity is from
// the median one. The times themselves are the truth level's; what is measured is how far phones are apart.

import type { CatalogueRow } from "../../../selection/devices/catalogue/catalogue-table.ts";
import { gpuCatalogue } from "../../../selection/devices/gpu-catalogue.ts";
import type { ResolvedDevice } from "../../../selection/types.ts";
import { fedscaleInference } from "../../measured/example-counts.ts";

/** How a group names them among its devices. */
export const FEDSCALE_PHONES = "fedscale-phones";
/** Assumption: the median client is such a phone. */
const REFERENCE = "Qualcomm Adreno 650 (Snapdragon 865)";
/** Equally frequent phones that stand for the 10,000 clients of the file, which have 72 distinct capacities. */
const PHONES = 50;

/** Equally frequent, the fastest first. */
export const fedscalePhones: readonly CatalogueRow[] = Array.from({ length: PHONES }, (_, index) => {
  const reference = gpuCatalogue.find(({ name }) => name === REFERENCE);
  if (reference === undefined) throw new Error(`The catalogue has no ${REFERENCE}.`);
  const milliseconds = fedscaleInference.quantile((index + 0.5) / PHONES);
  const speed = fedscaleInference.quantile(0.5) / milliseconds;
  const { fp32 = 0 } = reference.peakFlopPerSecond;
  return {
    ...reference,
    name: `FedScale phone ${index + 1}, ${milliseconds.toPrecision(3)} ms an example`,
    peakFlopPerSecond: { fp32: fp32 * speed },
    memoryBandwidthBytesPerSecond: reference.memoryBandwidthBytesPerSecond * speed,
    source: `${REFERENCE}, scaled by the capacity of a client of ${fedscaleInference.source}`,
  };
});

/** What an aggregator knows of such a phone: the peak and the bandwidth that it reports. Undefined for another device's name. */
export function resolvedPhone(name: string): ResolvedDevice | undefined {
  const device = fedscalePhones.find((phone) => phone.name === name);
  return (
    device && {
      ...{ kind: "known", reportedName: name, device, tier: "self-reported" },
      tierReason: "It is a phone that computes with the peak and bandwidth that it reports.",
      ...{ warnings: [], isContradictory: false },
    }
  );
}
