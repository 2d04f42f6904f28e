// The simulation over columns and the aggregator's engine over a virtual cohort are two programs that must make the same rounds.

import { deserialize, serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import { FleetCandidates } from "../../../../experiments/simulation/learning/fleet-candidates.ts";
import type { OnEvent } from "../../../../experiments/simulation/learning/learning-journal.ts";
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
import { worldOf } from "../support.ts";
import { idleTrainer } from "./support.ts";

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

interface Choice {
  readonly name: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly cohortSize?: number;
}

async function bothRuns(description: typeof crowd, choice: Choice, onEvent: OnEvent = () => {}) {
  const { name, ...options } = choice;
  const world = await buildWorld(description, SEED, undefined);
  const { fleet, truth, workload, slo } = world;
  const simulation = new Simulation({
    ...{ fleet, truth, workload, slo, pauseSeconds, seed: SEED },
    presence: world.startPresence(),
    tables: roundTables({ ...world, linkSpread: true }),
    policy: createPolicy(name, options),
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
      policy: createPolicy(name, options),
      slots: slotsOf(fleet.size),
      strategy: fedAvg,
      ...{ slo, workload, architecture: logisticRegression, seed: SEED },
      training: { epochs: workload.epochs, batchSize: workload.batchSize, learningRate: 0.1, momentum: 0 },
    },
    evaluate: async () => ({ loss: 0, accuracy: 0, exampleCount: 1 }),
    isEvaluated: () => false,
    journal: { append: onEvent, finishRound: () => {} },
  });
  return { simulation, engineRun };
}

/** Forecasts over columns and as objects are the same to 2e-5. */
function withoutForecasts({ expectedOnTimeCount, statedRoundProbability, ...facts }: RoundRecord) {
  return facts;
}

const quorum = { requiredUpdates: 6, roundProbability: 0.9 };
const policies: readonly Choice[] = [
  { name: "probselect" },
  { name: "probselect", cohortSize: 8 },
  { name: "random", cohortSize: 8 },
  { name: "over-provision", cohortSize: 6 },
  { name: "fedcs" },
  { name: "oort", cohortSize: 8 },
  { name: "tifl", cohortSize: 8 },
  { name: "e3cs", cohortSize: 8 },
  { name: "refl", cohortSize: 8 },
  { name: "power-of-choice", cohortSize: 6 },
  { name: "reported-power-of-choice", cohortSize: 6 },
  { name: "oracle", cohortSize: 8 },
  { name: "quorum", settings: quorum },
  { name: "quorum", settings: { ...quorum, adaptiveWork: "off" } },
  { name: "quorum", settings: { ...quorum, adaptiveWork: "epochs" } },
  { name: "quorum", settings: { ...quorum, onlineCalibration: true } },
];

describe("a round of the simulation and one of the aggregator's engine", () => {
  it.each(policies)("are the same under $name $settings", async (choice) => {
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
    // The world is one in which rounds are worth comparing; only the oracle never wastes anything.
    expect(selectedCount).toBeGreaterThan(ROUNDS);
    expect(wastedSeconds > 0).toBe(choice.name !== "oracle");
  });

  it("are the same though clients are asked for less work than they could do", async () => {
    let adaptedCount = 0;
    const { simulation, engineRun } = await bothRuns(crowd, { name: "quorum", settings: quorum }, (event) => {
      if (event.type !== "round-planned") return;
      adaptedCount += event.plan.decisions.filter(({ selected, work }) => selected && work).length;
    });
    for (let round = 0; round < ROUNDS; round++) {
      expect((await engineRun.next()).usefulExamples).toBe(simulation.next().usefulExamples);
    }
    expect(adaptedCount).toBeGreaterThan(0);
  });

  it("are the same where clients must be waited for", async () => {
    const { simulation, engineRun } = await bothRuns(contacts, { name: "first-contact", cohortSize: 8 });
    for (let round = 0; round < ROUNDS; round++) {
      expect(withoutForecasts(await engineRun.next())).toEqual(withoutForecasts(simulation.next()));
    }
  });

  it("are the same after both were stopped, written down and taken up by others", async () => {
    const first = await bothRuns(crowd, { name: "oort", cohortSize: 8 });
    const second = await bothRuns(crowd, { name: "oort", cohortSize: 8 });
    for (let round = 0; round < 4; round++) {
      first.simulation.next();
      await first.engineRun.next();
    }
    second.simulation.write(deserialize(serialize(first.simulation.read())));
    second.engineRun.write(deserialize(serialize(first.engineRun.read())));
    for (let round = 0; round < 4; round++) {
      const expected = await first.engineRun.next();
      expect(await second.engineRun.next()).toEqual(expected);
      expect(withoutForecasts(second.simulation.next())).toEqual(withoutForecasts(expected));
    }
  });
});
