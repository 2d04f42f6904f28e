// How many of a round's updates may be dishonest: a number, or a share of those that came.

import { z } from "zod";
import type { SettingsConflict } from "./strategy-entry.ts";

/** Neither: the share 0.2. */
export const byzantineSettings = z.strictObject({
  byzantineCount: z.int().min(0).max(1_000_000).optional(),
  byzantineShare: z.number().min(0).lt(0.5).optional(),
});

/** For `strategyEntryOf`: only one of the two can hold. */
export function byzantineConflict(settings: z.infer<typeof byzantineSettings>): SettingsConflict | undefined {
  if (settings.byzantineCount === undefined || settings.byzantineShare === undefined) return undefined;
  return { path: ["byzantineShare"], message: "give it or byzantineCount, not both" };
}

const DEFAULT_SHARE = 0.2;
/** 0.29 of 100 is 28.999999999999996 in binary. */
const ROUNDING = 1e-9;

/** f of n updates. @example byzantineCountOf({ byzantineShare: 0.2 }, 9) // 1 */
export function byzantineCountOf(
  { byzantineCount, byzantineShare = DEFAULT_SHARE }: z.infer<typeof byzantineSettings>,
  updateCount: number,
): number {
  return byzantineCount ?? countOfShare(byzantineShare, updateCount);
}

/** Rounded down, and always less than half. @example countOfShare(0.29, 100) // 29 */
export function countOfShare(share: number, updateCount: number): number {
  return Math.min(Math.floor(share * updateCount + ROUNDING), Math.ceil(updateCount / 2) - 1);
}
