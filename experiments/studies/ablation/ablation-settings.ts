// The settings of the study `ablation`: quorum put together part by part, as measured and where sites fail together.

import type { PolicyChoice, World } from "../../simulation/scenario.ts";
import { measuredWorld, studyWorkloads } from "../common/measured-worlds.ts";
import { policyOf, type StudyCell } from "../common/run-cells.ts";
import type { CellValue } from "../study.ts";

export const REQUIRED_UPDATES = 20;
export const SEEDS = 10;
export const SITES = 10;
export const SITE_OUTAGE_PROBABILITY = 0.05;

export type AblationSetting = {
  readonly condition: "as measured" | "sites fail together";
  readonly workload: string;
} & Readonly<Record<string, CellValue>>;

const bare = { requiredUpdates: REQUIRED_UPDATES, rotation: false, adaptiveWork: "off" };
const turns = { ...bare, rotation: true };
const adapted = { ...turns, adaptiveWork: "examples" };

const variant = (label: string, settings: Readonly<Record<string, unknown>>) => policyOf("quorum", { label, settings });

/** In the order in which the parts are added. */
export const variants: readonly PolicyChoice[] = [
  policyOf("probselect", {
    label: "probselect, 20 at random",
    cohortSize: REQUIRED_UPDATES,
    settings: { pick: "random" },
  }),
  variant("quorum: the most probable", bare),
  variant("+ turns", turns),
  variant("+ less work for the slow", adapted),
  variant("+ calibration online", { ...adapted, onlineCalibration: true }),
  variant("+ shortest deadline", { ...adapted, adaptiveDeadline: true }),
  variant("+ correlation 0.1", { ...adapted, correlation: 0.1 }),
  variant("+ correlation 0.3", { ...adapted, correlation: 0.3 }),
  variant("without the client's floor", { ...adapted, keepsClientFloor: false }),
];

const workloads = [studyWorkloads[0], studyWorkloads[2], studyWorkloads[5], studyWorkloads[9]];

export function ablationCells(seeds: readonly number[]): readonly StudyCell<AblationSetting>[] {
  return workloads.flatMap((workload) => {
    const measured = measuredWorld({
      ...{ workload, links: "measured-wifi", deadlineQuantile: 0.7, minimumProbability: 0.8 },
      ...{ rounds: 200, fleetSize: 300, requiredUpdates: REQUIRED_UPDATES },
    });
    const worlds: readonly (readonly [AblationSetting["condition"], World])[] = [
      ["as measured", measured],
      ["sites fail together", withFailingSites(measured)],
    ];
    return worlds.flatMap(([condition, world]) =>
      seeds.flatMap((seed) => variants.map((policy) => ({ setting: { condition, workload }, world, policy, seed }))),
    );
  });
}

function withFailingSites(world: World): World {
  return {
    ...world,
    fleet: { ...world.fleet, sites: SITES },
    disturbances: { ...world.disturbances, siteOutageProbability: SITE_OUTAGE_PROBABILITY },
  };
}
