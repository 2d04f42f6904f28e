// The settings of the study `slo-waste`: every policy over deadlines on two truths that are never mixed, and thresholds for those that
// have one.

import type { PolicyChoice, World } from "../../simulation/scenario.ts";
import {
  budgetOf,
  learningContenders,
  PROBSELECT_ANY,
  presenceContenders,
  staticContenders,
} from "../common/contenders.ts";
import { measuredWorld, studyWorkloads } from "../common/measured-worlds.ts";
import { policyOf, type StudyCell, worldOf } from "../common/run-cells.ts";
import type { CellValue } from "../study.ts";

export const REQUIRED_UPDATES = 20;
export const SEEDS = 10;
const ROUNDS = 200;
const FLEET_SIZE = 500;
const USUAL_THRESHOLD = 0.8;
const USUAL_QUANTILE = 0.7;
export const deadlineQuantiles = [0.3, 0.5, 0.7, 0.9] as const;
export const thresholds = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99] as const;

export type SloWasteSetting = {
  readonly part: "deadlines" | "thresholds";
  readonly truth: "L1" | "L2";
  readonly workload: string;
  readonly deadlineQuantile: number;
  readonly minimumProbability: number;
} & Readonly<Record<string, CellValue>>;

/** One workload bound by its computing, one by its links, one in between. */
const workloads = [studyWorkloads[2], studyWorkloads[4], studyWorkloads[1]];

/** The layer-wise model on a fleet of all classes, with what the truth of L2 lacks: contention, throttling, absence. */
function modelledWorld(deadlineQuantile: number, minimumProbability: number): World {
  return worldOf({
    fleet: { size: FLEET_SIZE, population: "mixed", examples: "stackoverflow" },
    workload: { model: "mobilenet_v2" },
    training: { epochs: 2 },
    slo: { deadlineQuantile, minimumProbability },
    disturbances: {
      contention: { probability: 0.1 },
      throttling: { afterSeconds: 60, speed: 0.7 },
      lostLinkProbability: 0.01,
    },
    presence: { onlineShare: 0.7 },
    ...{ rounds: ROUNDS, requiredUpdates: REQUIRED_UPDATES },
  });
}

function worldsOf(deadlineQuantile: number, minimumProbability: number) {
  const measured = workloads.map((workload) => ({
    truth: "L2" as const,
    workload,
    world: measuredWorld({
      ...{ workload, links: "measured-wifi", deadlineQuantile, minimumProbability },
      ...{ rounds: ROUNDS, fleetSize: FLEET_SIZE, requiredUpdates: REQUIRED_UPDATES },
    }),
  }));
  const world = modelledWorld(deadlineQuantile, minimumProbability);
  return [...measured, { truth: "L1" as const, workload: "mobilenet_v2", world }];
}

export function sloWasteCells(seeds: readonly number[]): readonly StudyCell<SloWasteSetting>[] {
  const everybody = [...staticContenders(REQUIRED_UPDATES), ...learningContenders(REQUIRED_UPDATES)];
  const ofPresence = { L1: presenceContenders(REQUIRED_UPDATES), L2: [] };
  const deadlines = deadlineQuantiles.flatMap((quantile) =>
    cellsAt(
      "deadlines",
      { quantile, threshold: USUAL_THRESHOLD },
      (truth) => [...everybody, ...ofPresence[truth]],
      seeds,
    ),
  );
  const cohortSize = budgetOf(REQUIRED_UPDATES);
  const thresholded = [
    policyOf("probselect", { label: PROBSELECT_ANY, cohortSize, settings: { pick: "random" } }),
    policyOf("probselect", { label: "probselect, all" }),
    policyOf("quorum", { settings: { requiredUpdates: REQUIRED_UPDATES } }),
  ];
  const swept = thresholds.flatMap((threshold) =>
    cellsAt("thresholds", { quantile: USUAL_QUANTILE, threshold }, () => thresholded, seeds),
  );
  return [...deadlines, ...swept];
}

function cellsAt(
  part: SloWasteSetting["part"],
  { quantile, threshold }: { readonly quantile: number; readonly threshold: number },
  policiesOf: (truth: SloWasteSetting["truth"]) => readonly PolicyChoice[],
  seeds: readonly number[],
): readonly StudyCell<SloWasteSetting>[] {
  return worldsOf(quantile, threshold).flatMap(({ truth, workload, world }) =>
    seeds.flatMap((seed) =>
      policiesOf(truth).map((policy) => {
        const setting = { part, truth, workload, deadlineQuantile: quantile, minimumProbability: threshold };
        return { setting, world, policy, seed };
      }),
    ),
  );
}
