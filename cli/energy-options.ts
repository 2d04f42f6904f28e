// What a client may spend in a round, as the command line states it: a battery's share, what an eclipse leaves.

import type { InferredOptionTypes, Options } from "yargs";
import type { EnergyBudget } from "../selection/types.ts";
import { wrongUsage } from "./wrong-usage.ts";

export const energyOptions = {
  "energy-budget-joules": {
    type: "number",
    requiresArg: true,
    describe: "Energy that it may spend in a round; it is skipped where a round takes more (default: no limit)",
  },
  "transfer-joules-per-bit": {
    type: "number",
    requiresArg: true,
    describe: "Energy of its radio for a bit, either way (default: not counted)",
  },
} as const satisfies Record<string, Options>;

/** As the registration's schema has it. */
const MAXIMUM_BUDGET_JOULES = 1e15;
const MAXIMUM_JOULES_PER_BIT = 1;

/**
 * The budget that was stated; undefined if none was.
 *
 * @throws {ProbSelectError} cli.wrong-usage, naming the option and its value.
 * @example // with --energy-budget-joules 500 --transfer-joules-per-bit 1e-7: { budgetJoules: 500, transferJoulesPerBit: 1e-7 }
 */
export function statedEnergy(given: InferredOptionTypes<typeof energyOptions>): EnergyBudget | undefined {
  const { "energy-budget-joules": budgetJoules, "transfer-joules-per-bit": transferJoulesPerBit } = given;
  if (budgetJoules === undefined) {
    if (transferJoulesPerBit === undefined) return undefined;
    throw wrongUsage("--transfer-joules-per-bit needs a budget to be taken from: give --energy-budget-joules too.");
  }
  if (!(budgetJoules > 0 && budgetJoules <= MAXIMUM_BUDGET_JOULES)) {
    throw wrongUsage(
      `--energy-budget-joules must be above 0 and at most ${MAXIMUM_BUDGET_JOULES}, not ${budgetJoules}.`,
    );
  }
  if (transferJoulesPerBit === undefined) return { budgetJoules };
  if (transferJoulesPerBit >= 0 && transferJoulesPerBit <= MAXIMUM_JOULES_PER_BIT) {
    return { budgetJoules, transferJoulesPerBit };
  }
  throw wrongUsage(
    `--transfer-joules-per-bit must be from 0 to ${MAXIMUM_JOULES_PER_BIT}, not ${transferJoulesPerBit}.`,
  );
}
