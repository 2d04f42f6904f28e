// One size of the selection benchmark, in a process of its own so that its peak memory is its own. Started by selection.ts with the
// number of candidates; prints the result as JSON, the last line of stdout.

import { seededRandom, shuffled } from "../../foundation/random-source.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { findStepModel } from "../../selection/latency/find-latency-model.ts";
import { createPolicy } from "../../selection/policies/find-policy.ts";
import { tableOfColumns } from "../../selection/policy/table-of-columns.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import { fleetDevices, madeFleet } from "../fleet/made-fleet.ts";
import { interleave, peakRssBytes } from "../measurement.ts";
import type { SelectionTiming } from "./selection.ts";

const TURNS = 9;
const REQUIRED_UPDATES = 100;
const candidateCount = Number(process.argv[2]);
const candidates = madeFleet(candidateCount);
const everybody = Array.from({ length: candidateCount }, (_, index) => index);
const stepModel = findStepModel("roofline");
const training = { epochs: 1, batchSize: 32, learningRate: 0.02, momentum: 0.9 };
const workload = workloadFor({ architecture: findArchitecture("lenet5"), training });
const slo = { deadlineSeconds: 2, minimumProbability: 0.8 };
const random = seededRandom(2, "bench");
let selectedCount = 0;

/** Forecast of everybody, rank, quorum, rotation, reasons as codes; with adapted work also who is feasible with less, and how much. */
function decider(adaptiveWork: "off" | "examples"): () => void {
  const policy = createPolicy("quorum", { settings: { requiredUpdates: REQUIRED_UPDATES, adaptiveWork } });
  let round = 0;
  return () => {
    round += 1;
    const table = tableOfColumns({ stepModel, devices: fleetDevices, candidates, workload, slo });
    if (policy.needs === "truth" || policy.needs === "monitoring") throw new Error("quorum needs no such thing");
    const { reasons } = policy.select({ round, seed: 1, slo, candidates: table });
    selectedCount = reasons.reduce((count, code) => count + (code === 0 ? 1 : 0), 0);
  };
}

const decide = decider("off");
const begun = performance.now();
decide();
const firstSeconds = (performance.now() - begun) / 1000;
const sample = () => shuffled(everybody, random).slice(0, REQUIRED_UPDATES);
const seconds = await interleave({ adapt: decider("examples"), sample, decide }, TURNS);
const timing: SelectionTiming = {
  firstSeconds,
  decideSeconds: seconds.decide,
  adaptSeconds: seconds.adapt,
  sampleSeconds: seconds.sample,
  selectedCount,
  peakRssBytes: peakRssBytes(),
};
console.log(JSON.stringify(timing));
