// "30d" as a moment.

import { wrongUsage } from "../wrong-usage.ts";

const secondsOf = { m: 60, h: 3600, d: 86_400 } as const;

/**
 * @returns ISO-8601, or null for "never".
 * @throws {ProbSelectError} cli.wrong-usage.
 * @example expiryOf("12h", new Date("2030-01-01T00:00:00Z")) // "2030-01-01T12:00:00.000Z"
 */
export function expiryOf(text: string, now: Date): string | null {
  if (text === "never") return null;
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count === undefined || (unit !== "m" && unit !== "h" && unit !== "d")) {
    throw wrongUsage(
      `--expires must be a number of days, hours or minutes such as 30d, 12h or 90m, or never; not "${text}".`,
    );
  }
  return new Date(now.getTime() + Number(count) * secondsOf[unit] * 1000).toISOString();
}
