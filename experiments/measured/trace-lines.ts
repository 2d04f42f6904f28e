// Lines of a 5G network: each is a measured trace of rates, over which a round's transfers go from a random moment on. The traces are
// under GPL-3 and never in the package: they are read from a folder that the user has.

import { median } from "simple-statistics";
import { findLinkProfile } from "../../network/link-profiles.ts";
import { REFERENCE_NOMINAL_SECONDS, tracesByKind } from "../link-spread/fit-link-spread.ts";
import { lineOfTrace } from "../link-spread/measured-line.ts";
import { poolLines } from "../link-spread/pool-lines.ts";
import { type RateTrace, transferClock } from "../link-spread/rate-trace.ts";
import type { MeasuredLine } from "./types.ts";

/** Assumption: only downlinks were measured; an uplink moves a quarter of the bits that the downlink moves at the same moment. */
export const UPLINK_SHARE = 0.25;

/** @param traces of a network; those of at least three lines are on 5G. */
export function traceLines(traces: readonly RateTrace[]): readonly MeasuredLine[] {
  const on5g = tracesByKind(traces)["mobile-5g"];
  const lines = on5g.map((trace) => lineOfTrace(trace, REFERENCE_NOMINAL_SECONDS));
  return on5g.map((trace) =>
    traceLine(trace, poolLines(lines.filter(({ group }) => group !== trace.name)).lineLogSigma),
  );
}

/**
 * A line that is in another state at each moment of its trace. The download of a round begins at a random moment, the upload so much
 * later as the round takes in between: on one and the same trace, which begins again after its end.
 */
export function traceLine(trace: RateTrace, leftOutLogSigma: number): MeasuredLine {
  const secondsFrom = transferClock(trace);
  const lapSeconds = trace.bitsPerSecond.length * trace.stepSeconds;
  const downlinkBitsPerSecond = median([...trace.bitsPerSecond]);
  return {
    name: `measured-5g/${trace.name}`,
    kind: "mobile-5g",
    downlinkBitsPerSecond,
    uplinkBitsPerSecond: UPLINK_SHARE * downlinkBitsPerSecond,
    roundTripSeconds: findLinkProfile("5g").link.roundTripSeconds,
    leftOutLogSigma,
    transferSeconds: (bits, draw, betweenSeconds) => {
      const startSeconds = draw("trace-start") * lapSeconds;
      const downloadSeconds = secondsFrom(startSeconds, bits.down);
      const uploadSeconds = secondsFrom(startSeconds + downloadSeconds + betweenSeconds, bits.up / UPLINK_SHARE);
      return { downloadSeconds, uploadSeconds };
    },
  };
}
