// What a selected client spent in a round, in the four units in which waste is counted.

import type { TransferBytes } from "../../network/link.ts";
import type { SettledClient } from "./settle-round.ts";
import type { Spending } from "./types.ts";

export type SpendingSum = { -readonly [Unit in keyof Spending]: number };

export function zeroSpending(): SpendingSum {
  return { deviceSeconds: 0, flop: 0, joules: 0, bytes: 0 };
}

/**
 * Of a client that was cut off, the part that it had done: arithmetic in proportion to the seconds of its training, bytes to those of
 * its transfers.
 *
 * @param costs.flop of its whole training. @param costs.watts its design power, 0 if unknown.
 */
export function spendingOf(
  client: Pick<SettledClient, "computeSeconds" | "downloadShare" | "uploadShare" | "duration">,
  costs: { readonly flop: number; readonly watts: number; readonly workload: TransferBytes },
): Spending {
  const { computeSeconds: wholeSeconds } = client.duration;
  const share = wholeSeconds > 0 ? client.computeSeconds / wholeSeconds : client.downloadShare < 1 ? 0 : 1;
  const { downloadBytes, uploadBytes } = costs.workload;
  return {
    deviceSeconds: client.computeSeconds,
    flop: costs.flop * share,
    joules: costs.watts * client.computeSeconds,
    bytes: client.downloadShare * downloadBytes + client.uploadShare * uploadBytes,
  };
}

export function addSpending(sum: SpendingSum, { deviceSeconds, flop, joules, bytes }: Spending): void {
  sum.deviceSeconds += deviceSeconds;
  sum.flop += flop;
  sum.joules += joules;
  sum.bytes += bytes;
}
