// Runs of TiFL that its tests share.

import { type TiflOptions, tiflPolicy } from "../../../../../selection/policies/learning/tifl/tifl.ts";
import { tiflSettings } from "../../../../../selection/policies/learning/tifl/tifl-settings.ts";
import type { TiflState } from "../../../../../selection/policies/learning/tifl/tifl-state.ts";
import { type MadeClient, many, type PlayedRound } from "../made-runs.ts";

export const tifl = (changes: Partial<TiflOptions> = {}) => tiflPolicy({ ...tiflSettings.parse({}), ...changes });

/** Client i takes i + 1 seconds. */
export const ladder = (count: number, changes: (index: number) => Partial<MadeClient> = () => ({})) =>
  many(count, (index) => ({ latencySeconds: index + 1, ...changes(index) }));

/** Whose turn it was; null for a round of profiling. */
export const tierOfRound = ({ learned }: PlayedRound<TiflState>) =>
  typeof learned.latest === "number" ? learned.latest : null;

export const countOf = <Value>(values: readonly Value[], wanted: Value) =>
  values.filter((value) => value === wanted).length;
