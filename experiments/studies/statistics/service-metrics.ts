// What a run promised its operator and what it kept: compliance by client and by round, and how many took part. The shares that an
// empty round could flatter count it as a round that missed.

import { mean } from "simple-statistics";
import type { RoundRecord } from "../../simulation/types.ts";

/** Shares are 0..1; null where there is nothing to take a share of. */
export interface ServiceMetrics {
  /**
   * Sum of completed / sum of selected over all rounds. A surplus client, cut off because its round had its updates, does not
   * comply and stays in the denominator, as docs/method.md section 7 has it. Null: nobody was ever selected.
   */
  readonly sloComplianceMicro: number | null;
  /** The same with the surplus left out of the denominator too: of those whom the round waited for. */
  readonly sloComplianceOfAwaited: number | null;
  /** Mean of completed / selected over the rounds that selected somebody. Null: none did. */
  readonly sloComplianceMacro: number | null;
  /** Share of all rounds with at least k completed; a round that selected nobody is one of those that missed. */
  readonly roundCompliance: number | null;
  /** Share of all rounds in which somebody was selected and all of them completed. */
  readonly allOnTimeShare: number | null;
  /** Share of all rounds that selected nobody. */
  readonly emptyRoundShare: number | null;
  /** A round, empty ones included. */
  readonly meanSelected: number | null;
  readonly meanCompleted: number | null;
}

/**
 * @param requiredUpdates k >= 1.
 * @example serviceMetrics([{ ...round, selectedCount: 4, completedCount: 3 }], 2).roundCompliance // 1
 */
export function serviceMetrics(rounds: readonly RoundRecord[], requiredUpdates: number): ServiceMetrics {
  const total = (pick: (round: RoundRecord) => number) => rounds.reduce((sum, round) => sum + pick(round), 0);
  const shareOfRounds = (holds: (round: RoundRecord) => boolean) =>
    rounds.length === 0 ? null : rounds.filter(holds).length / rounds.length;
  const selected = total(({ selectedCount }) => selectedCount);
  const completed = total(({ completedCount }) => completedCount);
  const awaited = selected - total(({ surplusCount }) => surplusCount);
  const busy = rounds.filter(({ selectedCount }) => selectedCount > 0);
  return {
    sloComplianceMicro: selected === 0 ? null : completed / selected,
    sloComplianceOfAwaited: awaited === 0 ? null : completed / awaited,
    sloComplianceMacro: meanOf(busy, ({ completedCount, selectedCount }) => completedCount / selectedCount),
    roundCompliance: shareOfRounds(({ completedCount }) => completedCount >= requiredUpdates),
    allOnTimeShare: shareOfRounds((round) => round.selectedCount > 0 && round.completedCount === round.selectedCount),
    emptyRoundShare: shareOfRounds(({ selectedCount }) => selectedCount === 0),
    meanSelected: meanOf(rounds, ({ selectedCount }) => selectedCount),
    meanCompleted: meanOf(rounds, ({ completedCount }) => completedCount),
  };
}

/** Null for no items. @example meanOf([1, 3], (value) => value) // 2 */
export function meanOf<Item>(items: readonly Item[], pick: (item: Item) => number): number | null {
  return items.length === 0 ? null : mean(items.map(pick));
}
