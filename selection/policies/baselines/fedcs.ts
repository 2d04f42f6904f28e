// FedCS (Nishio & Yonetani 2019, arXiv 1804.08333): polls random clients for their means and takes as many as it expects to fit
// before the deadline. The paper has their uploads follow one another; where each client has a link of its own, that is absurdly
// strict, so the default lets them upload at once, as found in SAFA's implementation (wingter562/SAFA, FedCS_Nishio.py).

import { drawsOf } from "../../policy/draws.ts";
import { codeOf } from "../../policy/impossibility.ts";
import type { Selection, SelectionRequest, StaticPolicy } from "../../policy/policy.ts";
import { formatSeconds } from "../../quantities.ts";
import { fastestInTime, timeInWords } from "./fastest-in-time.ts";
import { uniformSample } from "./random.ts";
import { endAfter, planSequentialUploads } from "./sequential-uploads.ts";

const NOT_POLLED = codeOf("not-sampled");
const TOO_SLOW = codeOf("too-slow");
const FULL = codeOf("cohort-full");

export interface FedCsOptions {
  /** The most clients of a cohort; without it as many as fit. */
  readonly cohortSize?: number | undefined;
  /** C, 0 to 1: of K candidates ceil(C * K) are polled. */
  readonly share: number;
  /** "sequential": algorithm 3 of the paper. "parallel": everybody whose own download, training and upload fit, the fastest first. */
  readonly uplink: "sequential" | "parallel";
}

/**
 * Times are the forecast's at the mean utilisation instead of what clients answer: no spread, as in the paper.
 *
 * @example startPolicy(fedCsPolicy({ share: 1, uplink: "parallel" })).select(request)
 */
export function fedCsPolicy(options: FedCsOptions): StaticPolicy<null> {
  return {
    name: "fedcs",
    needs: "static-specs",
    begin: () => null,
    select: (request) => {
      const { size, impossibilities } = request.candidates;
      const polledCount = pollSize(options.share, size);
      const polled = uniformSample(request, "fedcs", polledCount);
      const reasons = new Uint8Array(size).fill(NOT_POLLED);
      for (const index of polled) reasons[index] = impossibilities[index] as number;
      const chosen = (options.uplink === "parallel" ? parallel : sequential)(request, reasons, options.cohortSize);
      const because = (index: number, chance: string) =>
        chosen.reasons[index] === NOT_POLLED
          ? `not polled when asking ${polledCount} of ${size} clients at random; unseen by this policy, ${chance}`
          : chosen.because(index, chance);
      return { selection: { reasons: chosen.reasons, because }, state: null };
    },
  };
}

/** ceil(C * K); a product like 0.07 * 100 = 7.000000000000001 is a 7. */
function pollSize(share: number, candidateCount: number): number {
  return Math.min(candidateCount, Math.ceil(share * candidateCount * (1 - 4 * Number.EPSILON)));
}

/** @param polled 0 for those that were polled and can take part. */
function parallel(request: SelectionRequest, polled: Uint8Array, cohortSize: number | undefined): Selection {
  const { downloadSeconds, computeSeconds, uploadSeconds } = request.candidates.times();
  const seconds = computeSeconds.map(
    (compute, index) => (downloadSeconds[index] as number) + compute + (uploadSeconds[index] as number),
  );
  const reasons = fastestInTime(request, { label: "fedcs", seconds, reasons: polled, cohortSize });
  const because = (index: number, chance: string) => {
    const reason = reasons[index] as number;
    const time = timeInWords({ seconds: seconds[index] as number, reason, cohortSize });
    return `at its mean utilisation it takes ${time}; unseen by this policy, ${chance}`;
  };
  return { reasons, because };
}

/** @param polled as of `parallel`. */
function sequential(request: SelectionRequest, polled: Uint8Array, cohortSize: number | undefined): Selection {
  const { candidates, slo } = request;
  const { keys, priorities, size } = candidates;
  const times = candidates.times();
  const draw = drawsOf(request, "fedcs");
  const members = Uint32Array.from(polled.keys()).filter((index) => polled[index] === 0);
  const plan = planSequentialUploads({
    times,
    polled: members,
    deadlineSeconds: slo.deadlineSeconds,
    cohortSize: cohortSize ?? size,
    priorities,
    drawOf: (index) => draw(keys[index] as number),
  });
  const isFull = plan.order.length === cohortSize;
  const reasons = Uint8Array.from(polled);
  for (const index of members) {
    reasons[index] = isFull && endAfter(plan, times, index) < slo.deadlineSeconds ? FULL : TOO_SLOW;
  }
  for (const index of plan.order) reasons[index] = 0;
  const placeOf = new Map(plan.order.map((index, at) => [index, at + 1]));
  const end = formatSeconds(plan.distributionSeconds + plan.uploadsSeconds);
  const verdict = (index: number) => {
    const place = placeOf.get(index);
    if (place !== undefined)
      return `its upload is number ${place} of ${placeOf.size}, the last of which ends after ${end}`;
    if (reasons[index] === FULL) return `it would fit, but the cohort's ${cohortSize} places are taken`;
    const late = formatSeconds(endAfter(plan, times, index));
    return `as the next to upload it would end the round after ${late}, not before the deadline`;
  };
  const because = (index: number, chance: string) => `${verdict(index)}; on a link of its own ${chance}`;
  return { reasons, because };
}
