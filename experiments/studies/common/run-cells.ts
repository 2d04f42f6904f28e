// Runs the cells of a study, scores each result as it comes, and keeps with it what it was a cell of.

import type { z } from "zod";
import type { Job } from "../../jobs/job.ts";
import type { CellResult } from "../../simulation/cell.ts";
import { type PolicyChoice, type World, worldSchema } from "../../simulation/scenario.ts";
import type { RoundRecord } from "../../simulation/types.ts";
import { type CellMetrics, cellMetrics } from "../statistics/cell-metrics.ts";
import type { CellValue, StudyOptions } from "../study.ts";

/** A cell, and the setting of the study that it belongs to. */
export interface StudyCell<Setting extends Readonly<Record<string, CellValue>>> {
  readonly setting: Setting;
  readonly world: World;
  readonly policy: PolicyChoice;
  readonly seed: number;
}

/** What a study keeps of a cell's result: its rounds only as what they amount to, since a study may have ten thousand cells. */
export interface KeptResult extends Omit<CellResult, "rounds"> {
  readonly roundCount: number;
  /** Of a cell that trains, whose course is drawn; of others none. */
  readonly learningRounds: readonly RoundRecord[];
  /** k is the world's own. */
  readonly metrics: CellMetrics;
}

export interface StudyRow<Setting extends Readonly<Record<string, CellValue>>> extends StudyCell<Setting> {
  readonly result: KeptResult;
}

/** In the order of the cells. Each result is scored when it arrives, and its rounds are let go. */
export async function runCells<Setting extends Readonly<Record<string, CellValue>>>(
  cells: readonly StudyCell<Setting>[],
  { runner, onProgress, signal }: Pick<StudyOptions, "runner" | "onProgress" | "signal">,
): Promise<readonly StudyRow<Setting>[]> {
  const jobs = cells.map(({ world, policy, seed }): Job => ({ kind: "cell", spec: { world, policy, seed } }));
  const sources = new Map<string, readonly string[]>();
  const keep = (result: CellResult, { spec }: Job) => keptOf(result, spec.world, sources);
  const results = await runner.run(jobs, { keep, onProgress, signal });
  return cells.map((cell, index) => ({ ...cell, result: results[index] as KeptResult }));
}

/** @param sources those of earlier results: many have the same. */
function keptOf(
  { rounds, ...result }: CellResult,
  { learning, requiredUpdates }: World,
  sources: Map<string, readonly string[]>,
): KeptResult {
  const key = result.truthSources.join("\n");
  const truthSources = sources.get(key) ?? result.truthSources;
  sources.set(key, truthSources);
  return {
    ...result,
    truthSources,
    roundCount: rounds.length,
    learningRounds: learning ? rounds : [],
    metrics: cellMetrics({ ...result, rounds }, requiredUpdates),
  };
}

/** A world with the defaults of a scenario. @example worldOf({ fleet: { size: 300 }, rounds: 100 }) */
export function worldOf(world: z.input<typeof worldSchema>): World {
  return worldSchema.parse(world);
}

/** A policy of a comparison. @example policyOf("quorum", { settings: { requiredUpdates: 20 } }) */
export function policyOf(name: string, options: Omit<Partial<PolicyChoice>, "name"> = {}): PolicyChoice {
  return { name, label: name, settings: {}, ...options };
}

/** How many seeds the rows are of. @example seedCountOf([{ seed: 1 }, { seed: 2 }, { seed: 1 }]) // 2 */
export function seedCountOf(rows: readonly { readonly seed: number }[]): number {
  return new Set(rows.map(({ seed }) => seed)).size;
}

/** `count` seeds from the first. */
export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
