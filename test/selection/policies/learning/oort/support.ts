// States and choices of Oort that its tests share.

import { type OortOptions, oortPolicy } from "../../../../../selection/policies/learning/oort/oort.ts";
import { oortSettings } from "../../../../../selection/policies/learning/oort/oort-settings.ts";
import type { OortState } from "../../../../../selection/policies/learning/oort/oort-state.ts";
import { ClientSlots } from "../../../../../selection/policy/client-slots.ts";
import { type MadeClient, madeCandidate, requestFor } from "../made-runs.ts";

export const options = (changes: Partial<OortOptions> = {}): OortOptions => ({ ...oortSettings.parse({}), ...changes });

/** A state in which the clients of slots 0, 1, ... reported in round 1, after 5 s. */
export const explored = (utilities: readonly number[], changes: Partial<OortState> = {}): OortState => ({
  ...oortPolicy(options()).begin(),
  utilities: Float64Array.from(utilities),
  durationSeconds: Float64Array.from(utilities, () => 5),
  reportRounds: Float64Array.from(utilities, () => 1),
  reportCounts: Float64Array.from(utilities, () => 1),
  ...changes,
});

/** Places in the fleet of those who are selected in that state; round 2 and seed 7 if nothing else is said. */
export function chosen(
  fleet: readonly MadeClient[],
  state: OortState,
  { round = 2, seed = 7, ...changes }: Partial<OortOptions> & { round?: number; seed?: number } = {},
): readonly number[] {
  const request = requestFor(fleet.map(madeCandidate), { round, seed, deadlineSeconds: 30, slots: new ClientSlots() });
  const { reasons } = oortPolicy(options(changes)).select(request, state).selection;
  return [...reasons.keys()].filter((index) => reasons[index] === 0);
}
