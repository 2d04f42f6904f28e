// The simulation over columns and the aggregator's engine over a virtual cohort are two programs that must make the same rounds.

import { describe, expect, it } from "vitest";
import { FleetCandidates } from "../../../../experiments/simulation/learning/fleet-candidates.ts";
import { LearningRun } from "../../../../experiments/simulation/learning/learning-run.ts";
import { MemoryModel } from "../../../../experiments/simulation/learning/memory-model.ts";
import { rememberForecasts } from "../../../../experiments/simulation/learning/remembered-forecasts.ts";
import { slotsOf } from "../../../../experiments/simulation/learning/run-learning-cell.ts";
import { VirtualCohort } from "../../../../experiments/simulation/learning/virtual-cohort.ts";
import { roundTables } from "../../../../experiments/simulation/round-tables.ts";
import { Simulation } from "../../../../experiments/simulation/simulation.ts";
import type { RoundRecord } from "../../../../experiments/simulation/types.ts";
import { buildWorld } from "../../../../experiments/simulation/world/build-world.ts";
import { initialParameters } from "../../../../models/initial-parameters.ts";
import { logisticRegression } from "../../../../models/zoo.ts";
import { roundModel } from "../../../../selection/latency/round-model.ts";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { fedAvg } from "../../../../server/aggregation/fedavg.ts";
import { idleTrainer, worldOf } from "./support.ts";

const SEED = 5;
const ROUNDS = 12;
const pauseSeconds = 20;

/** Clients come and go, some lose their links, and half of the deadlines are tight. */
const crowd = worldOf({
  fleet: { size: 50, population: "mixed", examples: { least: 40, most: 4000 }, sites: 5 },
  workload: { model: "lenet5" },
  training: { epochs: 2, batchSize: 32 },
  slo: { deadlineQuantile: 0.5, minimumProbability: 0.6 },
  presence: { onlineShare: 0.7, meanOnlineSeconds: 90, arrivalSeconds: 60 },
  disturbances: { lostLinkProbability: 0.1, contention: { probability: 0.3 } },
});

/** Half of the fleet can be reached now and then. */
const contacts = worldOf({
  ...crowd,
  fleet: {
    size: 50,
    examples: 500,
    population: [
      { name: "ground", share: 1, devices: ["desktop"], links: ["wifi"] },
      {
        name: "orbit",
        share: 1,
        devices: ["edge"],
        links: ["lte"],
        contact: { periodSeconds: 60, passSeconds: 20 },
      },
    ],
  },
});

type Choice = readonly [name: string, settings: Readonly<Record<string, unknown>>, cohortSize?: number];

async function bothRuns(description: typeof crowd, [name, settings, cohortSize]: Choice) {
  const world = await buildWorld(description, SEED, undefined);
  const { fleet, truth, workload, slo } = world;
  const simulation = new Simulation({
    ...{ fleet, truth, workload, slo, pauseSeconds, seed: SEED },
    presence: world.startPresence(),
    tables: roundTables({ ...world, linkSpread: true }),
    policy: createPolicy(name, { settings, cohortSize }),
  });
  const trueFleet = { fleet, truth, workload, presence: world.startPresence() };
  const globalModel = new MemoryModel(0, initialParameters(logisticRegression, 1));
  const trainer = idleTrainer(fleet.columns.exampleCounts);
  const candidates = new FleetCandidates(fleet, { linkSpread: true });
  const engineRun = new LearningRun({
    ...{ world: trueFleet, globalModel, pauseSeconds, signal: new AbortController().signal },
    cohort: new VirtualCohort({ ...trueFleet, candidates, trainer, globalModel }),
    engine: {
      latencyModel: rememberForecasts(roundModel("simulated", world.stepModel), { workload, slo }),
      policy: createPolicy(name, { settings, cohortSize }),
      slots: slotsOf(fleet.size),
      strategy: fedAvg,
      ...{ slo, workload, architecture: logisticRegression, seed: SEED },
      training: { epochs: workload.epochs, batchSize: workload.batchSize, learningRate: 0.1, momentum: 0 },
    },
    evaluate: async () => ({ loss: 0, accuracy: 0, exampleCount: 1 }),
    isEvaluated: () => false,
    onEvent: () => {},
  });
  return { simulation, engineRun };
}

/** Forecasts over columns and as objects are the same to 2e-5. */
function withoutForecasts({ expectedOnTimeCount, statedRoundProbability, ...facts }: RoundRecord) {
  return facts;
}

const policies: readonly Choice[] = [
  ["probselect", {}],
  ["probselect", {}, 8],
  ["random", {}, 8],
  ["over-provision", {}, 6],
  ["fedcs", {}],
  ["oort", {}, 8],
  ["tifl", {}, 8],
  ["e3cs", {}, 8],
  ["refl", {}, 8],
  ["power-of-choice", {}, 6],
  ["reported-power-of-choice", {}, 6],
  ["oracle", {}, 8],
  ["quorum", { requiredUpdates: 6, roundProbability: 0.9 }],
  ["quorum", { requiredUpdates: 6, roundProbability: 0.9, adaptiveWork: "off" }],
  ["quorum", { requiredUpdates: 6, adaptiveWork: "epochs" }],
];

describe("a round of the simulation and one of the aggregator's engine", () => {
  it.each(policies)("are the same under %s %j", async (...given) => {
    const choice = given as unknown as Choice;
    const { simulation, engineRun } = await bothRuns(crowd, choice);
    let selectedCount = 0;
    let wastedSeconds = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const column = simulation.next();
      const engine = await engineRun.next();
      expect(withoutForecasts(engine)).toEqual(withoutForecasts(column));
      expect(engine.expectedOnTimeCount).toBeCloseTo(column.expectedOnTimeCount, 2);
      expect(engine.statedRoundProbability ?? -1).toBeCloseTo(column.statedRoundProbability ?? -1, 3);
      selectedCount += column.selectedCount;
      wastedSeconds += column.wasted.deviceSeconds;
    }
    expect(engineRun.participation).toEqual(simulation.participation);
    // The world is one in which rounds are worth comparing.
    expect(selectedCount).toBeGreaterThan(ROUNDS);
    if (choice[0] !== "oracle") expect(wastedSeconds).toBeGreaterThan(0);
  });

  it("are the same where clients must be waited for", async () => {
    const { simulation, engineRun } = await bothRuns(contacts, ["first-contact", {}, 8]);
    for (let round = 0; round < ROUNDS; round++) {
      expect(withoutForecasts(await engineRun.next())).toEqual(withoutForecasts(simulation.next()));
    }
  });
});
