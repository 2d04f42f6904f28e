// The settings of the study `calibration`: everybody is asked, so that what was said of all is scored and not only what was said of those
// whom a policy liked.

import type { ComputeLawKind } from "../../../selection/probability/compute-law.ts";
import type { World } from "../../simulation/scenario.ts";
import { measuredWorld, type StudyLinks, studyWorkloads } from "../common/measured-worlds.ts";
import { policyOf, type StudyCell, worldOf } from "../common/run-cells.ts";
import type { CellValue } from "../study.ts";

export const SEEDS = 5;
export const laws: readonly ComputeLawKind[] = ["normal-utilisation", "log-normal", "log-student-t"];
const quantiles = [0.2, 0.4, 0.6, 0.8];

export type CalibrationSetting = {
  readonly truth: "L1" | "L2";
  readonly workload: string;
  readonly links: string;
  readonly law: ComputeLawKind;
  readonly deadlineQuantile: number;
} & Readonly<Record<string, CellValue>>;

/** All that can take part. */
const everybody = policyOf("all");

export function calibrationCells(seeds: readonly number[]): readonly StudyCell<CalibrationSetting>[] {
  const measured = studyWorkloads.flatMap((workload) =>
    (["measured-wifi", "office-fibre"] as const).map((links) => ({ truth: "L2" as const, workload, links })),
  );
  const modelled = ["lenet5", "mobilenet_v2", "resnet50"].map((workload) => {
    return { truth: "L1" as const, workload, links: "of the population" as const };
  });
  return [...measured, ...modelled].flatMap((place) =>
    quantiles.flatMap((deadlineQuantile) =>
      laws.flatMap((law) =>
        seeds.map((seed) => {
          const setting = { ...place, law, deadlineQuantile };
          return { setting, world: worldFor(setting), policy: everybody, seed };
        }),
      ),
    ),
  );
}

function worldFor({ truth, workload, links, law, deadlineQuantile }: CalibrationSetting): World {
  const common = { deadlineQuantile, minimumProbability: 0.8, rounds: 10, fleetSize: 300, requiredUpdates: 20 };
  const world =
    truth === "L2"
      ? measuredWorld({ ...common, workload, links: links as StudyLinks })
      : worldOf({
          fleet: { size: 300, population: "mixed", examples: "stackoverflow" },
          workload: { model: workload },
          slo: { deadlineQuantile, minimumProbability: 0.8 },
          ...{ rounds: 10, requiredUpdates: 20 },
        });
  return { ...world, forecast: { ...world.forecast, law } };
}
