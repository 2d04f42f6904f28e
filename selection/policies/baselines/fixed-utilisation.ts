// The FLOP rule with one utilisation for all devices, as found in APPFL's simulator (src/appfl/simulator/compute_model.py, mode
// "flops", gpu_utilization = 0.5): t = download + W / (P * eta) + upload, here used to select. It is ProbSelect's rule without any
// spread of the utilisation; APPFL itself draws its clients at random.

import { codeOf } from "../../policy/impossibility.ts";
import type { SelectionRequest, StaticPolicy } from "../../policy/policy.ts";
import { formatProbability } from "../../quantities.ts";
import { fastestInTime, timeInWords } from "./fastest-in-time.ts";

const UNKNOWN_PEAK = codeOf("unknown-peak");

/**
 * Everybody whose time by the rule is within the deadline.
 *
 * @param options.cohortSize select at most this many: the fastest by the rule, ties in random order.
 * @param options.utilisation eta, above 0 and at most 1.
 * @example startPolicy(fixedUtilisationPolicy({ utilisation: 0.5 })).select(request)
 */
export function fixedUtilisationPolicy(options: {
  readonly cohortSize?: number | undefined;
  readonly utilisation: number;
}): StaticPolicy<null> {
  const { cohortSize, utilisation } = options;
  return {
    name: "fixed-utilisation",
    needs: "static-specs",
    begin: () => null,
    select: (request) => {
      const seconds = secondsByTheRule(request, utilisation);
      const known = request.candidates.impossibilities.map((code, index) =>
        code === 0 && Number.isNaN(seconds[index]) ? UNKNOWN_PEAK : code,
      );
      const reasons = fastestInTime(request, { label: "fixed-utilisation", seconds, reasons: known, cohortSize });
      const rule = `at ${formatProbability(utilisation)} of its peak it takes`;
      const because = (index: number, chance: string) => {
        const reason = reasons[index] as number;
        const verdict =
          reason === UNKNOWN_PEAK
            ? "its peak is not known, and without it the rule tells no time"
            : `${rule} ${timeInWords({ seconds: seconds[index] as number, reason, cohortSize })}`;
        return `${verdict}; unseen by this policy, ${chance}`;
      };
      return { selection: { reasons, because }, state: null };
    },
  };
}

/** By candidate; NaN where the peak is not known. */
function secondsByTheRule({ candidates }: SelectionRequest, utilisation: number): Float64Array {
  const { downloadSeconds, uploadSeconds, trainingFlop, peakFlopPerSecond } = candidates.times();
  return trainingFlop.map(
    (flop, index) =>
      (downloadSeconds[index] as number) +
      flop / ((peakFlopPerSecond[index] as number) * utilisation) +
      (uploadSeconds[index] as number),
  );
}
