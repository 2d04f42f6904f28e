// The oracle: it is told how long the round will take each client and selects those that will be on time. No policy that asks for
// the whole work by the same deadline can have more updates or less waste; what it leaves undone is not a matter of selection.

import { numberColumn } from "../../policy/number-column.ts";
import type { OraclePolicy } from "../../policy/policy.ts";
import { fastestInTime, timeInWords } from "./fastest-in-time.ts";

/**
 * The truth alone counts: who is on time is selected even if its forecast says that it cannot take part.
 *
 * @param options.cohortSize select at most this many: the fastest of those on time, ties in random order.
 * @example startPolicy(oraclePolicy({ cohortSize: 10 })).select({ ...request, truth: { roundSeconds } })
 */
export function oraclePolicy({ cohortSize }: { readonly cohortSize?: number | undefined }): OraclePolicy<null> {
  return {
    name: "oracle",
    needs: "truth",
    begin: () => null,
    select: (request) => {
      const { size, slots } = request.candidates;
      const { roundSeconds } = request.truth;
      const seconds = numberColumn(slots, (slot) => roundSeconds[slot] ?? Number.POSITIVE_INFINITY);
      const reasons = fastestInTime(request, { label: "oracle", seconds, reasons: new Uint8Array(size), cohortSize });
      const because = (index: number, chance: string) => {
        const time = seconds[index] as number;
        const verdict = Number.isFinite(time)
          ? `in truth it takes ${timeInWords({ seconds: time, reason: reasons[index] as number, cohortSize })}`
          : "it never reports, as far as the oracle was told";
        return `${verdict}; unseen by this policy, ${chance}`;
      };
      return { selection: { reasons, because }, state: null };
    },
  };
}
