// The settings of the study `fairness`: who gets to take part, and what that costs, on measured desktops and on a modelled fleet of all
// classes.

import type { PolicyChoice } from "../../simulation/scenario.ts";
import { learningContenders, staticContenders } from "../common/contenders.ts";
import { measuredWorld, studyWorkloads } from "../common/measured-worlds.ts";
import { policyOf, type StudyCell, worldOf } from "../common/run-cells.ts";
import type { CellValue } from "../study.ts";

export const REQUIRED_UPDATES = 20;
export const SEEDS = 10;
const ROUNDS = 200;

export type FairnessSetting = {
  readonly truth: "L1" | "L2";
  readonly workload: string;
} & Readonly<Record<string, CellValue>>;

/** How many rounds of waiting a sure client is worth, and no turns at all. */
export const patienceVariants: readonly PolicyChoice[] = [
  quorum("quorum, no turns", { rotation: false, adaptiveWork: "off" }),
  quorum("quorum, patience 50", { patienceRounds: 50 }),
  quorum("quorum", {}),
  quorum("quorum, patience 0", { patienceRounds: 0 }),
  quorum("quorum, no adapted work", { adaptiveWork: "off" }),
];

function quorum(label: string, settings: Readonly<Record<string, unknown>>): PolicyChoice {
  return policyOf("quorum", { label, settings: { requiredUpdates: REQUIRED_UPDATES, ...settings } });
}

export function fairnessCells(seeds: readonly number[]): readonly StudyCell<FairnessSetting>[] {
  const others = [...staticContenders(REQUIRED_UPDATES), ...learningContenders(REQUIRED_UPDATES)];
  const policies = [...others.filter(({ name }) => name !== "quorum"), ...patienceVariants];
  const mixed = worldOf({
    fleet: { size: 500, population: "mixed", examples: "stackoverflow" },
    workload: { model: "mobilenet_v2" },
    training: { epochs: 2 },
    slo: { deadlineQuantile: 0.6, minimumProbability: 0.8 },
    disturbances: { contention: { probability: 0.1 }, throttling: { afterSeconds: 60, speed: 0.7 } },
    ...{ rounds: ROUNDS, requiredUpdates: REQUIRED_UPDATES },
  });
  const measured = [studyWorkloads[0], studyWorkloads[2], studyWorkloads[5]].map((workload) => ({
    setting: { truth: "L2" as const, workload },
    world: measuredWorld({
      ...{ workload, links: "office-fibre", deadlineQuantile: 0.6, minimumProbability: 0.8 },
      ...{ rounds: ROUNDS, fleetSize: 500, requiredUpdates: REQUIRED_UPDATES },
    }),
  }));
  const worlds = [...measured, { setting: { truth: "L1" as const, workload: "mobilenet_v2" }, world: mixed }];
  return worlds.flatMap(({ setting, world }) =>
    seeds.flatMap((seed) => policies.map((policy) => ({ setting, world, policy, seed }))),
  );
}
