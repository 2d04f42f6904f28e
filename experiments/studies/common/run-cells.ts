// Runs the cells of a study and keeps with each result what it was a cell of.

import type { z } from "zod";
import type { Job } from "../../jobs/job.ts";
import type { CellResult } from "../../simulation/cell.ts";
import { type PolicyChoice, type World, worldSchema } from "../../simulation/scenario.ts";
import type { CellValue, StudyOptions } from "../study.ts";

/** A cell, and the setting of the study that it belongs to. */
export interface StudyCell<Setting extends Readonly<Record<string, CellValue>>> {
  readonly setting: Setting;
  readonly world: World;
  readonly policy: PolicyChoice;
  readonly seed: number;
}

export interface StudyRow<Setting extends Readonly<Record<string, CellValue>>> extends StudyCell<Setting> {
  readonly result: CellResult;
}

/** In the order of the cells. */
export async function runCells<Setting extends Readonly<Record<string, CellValue>>>(
  cells: readonly StudyCell<Setting>[],
  { runner, onProgress, signal }: Pick<StudyOptions, "runner" | "onProgress" | "signal">,
): Promise<readonly StudyRow<Setting>[]> {
  const jobs = cells.map(({ world, policy, seed }): Job => ({ kind: "cell", spec: { world, policy, seed } }));
  const results = await runner.run(jobs, { onProgress, signal });
  return cells.map((cell, index) => ({ ...cell, result: results[index] as CellResult }));
}

/** A world with the defaults of a scenario. @example worldOf({ fleet: { size: 300 }, rounds: 100 }) */
export function worldOf(world: z.input<typeof worldSchema>): World {
  return worldSchema.parse(world);
}

/** A policy of a comparison. @example policyOf("quorum", { settings: { requiredUpdates: 20 } }) */
export function policyOf(name: string, options: Omit<Partial<PolicyChoice>, "name"> = {}): PolicyChoice {
  return { name, label: name, settings: {}, ...options };
}

/** `count` seeds from the first. */
export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
