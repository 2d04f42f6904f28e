// The cost of deciding: forecast and selection of a whole fleet, against a plain uniform sample of the same fleet.

import { seededRandom, shuffled } from "../foundation/random-source.ts";
import { findArchitecture } from "../models/zoo.ts";
import { linkProfiles } from "../network/link-profiles.ts";
import { gpuCatalogue } from "../selection/devices/gpu-catalogue.ts";
import { resolveDevice } from "../selection/devices/resolve-device.ts";
import { rooflineModel } from "../selection/latency/roofline/roofline-model.ts";
import { createPolicy } from "../selection/policies/find-policy.ts";
import { selectClients } from "../selection/policy/select-clients.ts";
import type { Candidate, ServiceLevelObjective } from "../selection/types.ts";
import { workloadFor } from "../workloads/workload-for.ts";
import { type Benchmark, interleave, peakRssBytes } from "./measurement.ts";

const CANDIDATE_COUNT = 10_000;
const COHORT_SIZE = 100;
const TURNS = 9;

export const selection: Benchmark = {
  name: "selection",
  summary: `forecast and decide for ${CANDIDATE_COUNT.toLocaleString("en")} candidates, against a uniform sample`,
  run: async () => {
    const fleet = madeFleet();
    const slo: ServiceLevelObjective = { deadlineSeconds: 2, minimumProbability: 0.8 };
    const training = { epochs: 1, batchSize: 32, learningRate: 0.02, momentum: 0.9 };
    const workload = workloadFor({ architecture: findArchitecture("lenet5"), training });
    const policy = createPolicy("probselect", { cohortSize: COHORT_SIZE });
    const random = seededRandom(2, "bench");
    const seconds = await interleave(
      {
        decide: () => {
          const candidates = fleet.map((candidate) => ({
            candidate,
            forecast: rooflineModel.forecast(candidate, workload, slo),
          }));
          return selectClients({ policy, round: 1, seed: 1, slo, candidates });
        },
        sample: () => shuffled(fleet, random).slice(0, COHORT_SIZE),
      },
      TURNS,
    );
    const rate = CANDIDATE_COUNT / seconds.decide;
    const sampleRate = CANDIDATE_COUNT / seconds.sample;
    return [
      {
        ...{ name: "forecast, probability, decision and reason", value: rate, unit: "candidates/s" },
        ...{ ratio: rate / sampleRate, against: "uniform sample", peakRssBytes: peakRssBytes() },
      },
      {
        ...{ name: "uniform sample", value: sampleRate, unit: "candidates/s" },
        ...{ ratio: null, against: null, peakRssBytes: peakRssBytes() },
      },
    ];
  },
};

function madeFleet(): readonly Candidate[] {
  const random = seededRandom(1, "fleet");
  const devices = gpuCatalogue.map(({ name }) => resolveDevice({ kind: "gpu", name }));
  const links = Object.values(linkProfiles).map(({ link }) => link);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random.next() * items.length)] as Item;
  return Array.from({ length: CANDIDATE_COUNT }, (_, index) => ({
    clientId: `client-${index}`,
    device: pick(devices),
    link: pick(links),
    exampleCount: 100 + Math.floor(20_000 * random.next()),
  }));
}
