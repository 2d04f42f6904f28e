// In how many of its rounds each client was selected, and what the rules of a floor and a cap make of it. Choices alone are counted,
// never how they turned out.

import { counted } from "../../foundation/counted.ts";
import type { ClientRules } from "./client-rules.ts";

/** What the rounds so far amount to; entries by slot. Treat the arrays as read-only. */
export interface Participation {
  /** Rounds in which the client was a candidate whom the rules admit. */
  readonly candidacies: Uint32Array;
  /** Those in which it was selected. */
  readonly selections: Uint32Array;
}

export type ParticipationShares = NonNullable<ClientRules["participation"]>;

/** Before the first round. */
export const noParticipation: Participation = { candidacies: new Uint32Array(0), selections: new Uint32Array(0) };

/** 0.07 * 100 is 7.000000000000001: a share of so many rounds is meant, not its rounding error. */
const ROUNDING = 1e-9;

/** @example mostRounds(0.5, 9) // 5 */
export function mostRounds(cap: number, rounds: number): number {
  return Math.max(0, Math.ceil(cap * rounds - ROUNDING));
}

/** @example leastRounds(0.1, 25) // 2 */
export function leastRounds(floor: number, rounds: number): number {
  return Math.floor(floor * rounds + ROUNDING);
}

/** With this round, in which these clients are candidates. `fleetSize`: every slot is below it. */
export function withCandidacies(
  { candidacies, selections }: Participation,
  slots: Uint32Array,
  fleetSize: number,
): Participation {
  const counted = resized(candidacies, fleetSize);
  for (const slot of slots) counted[slot] = (counted[slot] as number) + 1;
  return { candidacies: counted, selections: resized(selections, fleetSize) };
}

/** With those selected of the round whose candidates were counted last. */
export function withSelections({ candidacies, selections }: Participation, slots: Uint32Array): Participation {
  const counted = Uint32Array.from(selections);
  for (const slot of slots) counted[slot] = (counted[slot] as number) + 1;
  return { candidacies, selections: counted };
}

/** Whether the cap lets the client take part once more. */
export function isBelowCap({ cap = 1 }: ParticipationShares, counts: Participation, slot: number): boolean {
  return (counts.selections[slot] as number) < mostRounds(cap, counts.candidacies[slot] as number);
}

/** Whether the floor is missed unless the client takes part now. */
export function isFloorDue({ floor = 0 }: ParticipationShares, counts: Participation, slot: number): boolean {
  return (counts.selections[slot] as number) < leastRounds(floor, counts.candidacies[slot] as number);
}

/** "it took part in 5 of 10 rounds, the most that a cap of 50 % allows". */
export function capInWords({ cap = 1 }: ParticipationShares, counts: Participation, slot: number): string {
  return `${tookPart(counts, slot)}, the most that a cap of ${formatShare(cap)} allows`;
}

const FLOOR = "the participation floor of";

/** "the participation floor of 10 % is due: it took part in 0 of 10 rounds". */
export function floorInWords({ floor = 0 }: ParticipationShares, counts: Participation, slot: number): string {
  return `${FLOOR} ${formatShare(floor)} is due: ${tookPart(counts, slot)}`;
}

/** Whether a decision's reason says that a floor, and not the policy, selected the client. */
export function isByFloor(reason: string): boolean {
  return reason.startsWith(`Selected: ${FLOOR} `);
}

function tookPart({ candidacies, selections }: Participation, slot: number): string {
  const rounds = candidacies[slot] as number;
  return `it took part in ${selections[slot]} of ${counted(rounds, "round")}`;
}

/** As it was written: 0.07 is "7 %". */
function formatShare(share: number): string {
  return `${Number((100 * share).toPrecision(12))} %`;
}

/** A copy with room for the whole fleet. */
function resized(counts: Uint32Array, fleetSize: number): Uint32Array {
  const copy = new Uint32Array(Math.max(counts.length, fleetSize));
  copy.set(counts);
  return copy;
}
