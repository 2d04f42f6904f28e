// Transfers over a measured trace of rates, a step function: how long each would have taken, against its nominal time.

import { median } from "simple-statistics";
import { ProbSelectError } from "../../foundation/errors.ts";

export interface RateTrace {
  readonly name: string;
  /** Share of the time on 5G, 0..1. */
  readonly share5g: number;
  readonly stepSeconds: number;
  /** Mean rate of each step, 0 or more. */
  readonly bitsPerSecond: readonly number[];
}

/**
 * Seconds until `bits` have arrived over the step function of rates, from the start of step `startIndex`. After its last step
 * the trace begins again, so that slow transfers near its end are neither lost nor cut.
 *
 * @throws {ProbSelectError} experiments.malformed-measurements for a trace that moves nothing.
 * @example // 10 Mbit in the first ten seconds, the other 15 at 4 Mbit/s: 10 + 3.75
 * secondsOverTrace({ name: "a", share5g: 0, stepSeconds: 10, bitsPerSecond: [1e6, 4e6] }, 0, 25e6) // 13.75
 */
export function secondsOverTrace(trace: RateTrace, startIndex: number, bits: number): number {
  const { bitsPerSecond: rates, stepSeconds } = trace;
  const bitsPerLap = stepSeconds * rates.reduce((sum, rate) => sum + rate, 0);
  if (!(bitsPerLap > 0)) throw unusable(trace, "moves no bits");
  const laps = Math.floor(bits / bitsPerLap);
  let seconds = laps * rates.length * stepSeconds;
  let remaining = bits - laps * bitsPerLap;
  for (let index = startIndex; remaining > 0; index++) {
    const rate = rates[index % rates.length] as number;
    if (rate * stepSeconds >= remaining) return seconds + remaining / rate;
    remaining -= rate * stepSeconds;
    seconds += stepSeconds;
  }
  return seconds;
}

/** Seconds until `bits` have arrived, from `startSeconds` after the start of the trace. */
export type TransferClock = (startSeconds: number, bits: number) => number;

/**
 * As `secondsOverTrace`, from any moment and in a time that does not grow with the bits: by the sums of what arrived until each step.
 *
 * @returns a function for starts and bits of 0 or more.
 * @throws {ProbSelectError} experiments.malformed-measurements for a trace that moves nothing.
 * @example // from second 5: 5 Mbit in five seconds, the other 10 at 4 Mbit/s: 5 + 2.5
 * transferClock({ name: "a", share5g: 0, stepSeconds: 10, bitsPerSecond: [1e6, 4e6] })(5, 15e6) // 7.5
 */
export function transferClock(trace: RateTrace): TransferClock {
  const { stepSeconds } = trace;
  const rates = Float64Array.from(trace.bitsPerSecond);
  // Bits that have arrived until the start of each step, and at the end of the lap.
  const arrived = new Float64Array(rates.length + 1);
  for (let index = 0; index < rates.length; index++) {
    arrived[index + 1] = (arrived[index] as number) + (rates[index] as number) * stepSeconds;
  }
  const bitsPerLap = arrived[rates.length] as number;
  if (!(bitsPerLap > 0)) throw unusable(trace, "moves no bits");
  const lapSeconds = rates.length * stepSeconds;
  return (startSeconds, bits) => {
    if (bits <= 0) return 0;
    const start = startSeconds % lapSeconds;
    const startIndex = Math.min(rates.length - 1, Math.floor(start / stepSeconds));
    const before = (arrived[startIndex] as number) + (rates[startIndex] as number) * (start - startIndex * stepSeconds);
    const target = before + bits;
    // The last bit arrives at the end of a lap rather than at the very start of the next; rounding must not put it outside of both.
    const laps = Math.ceil(target / bitsPerLap) - 1;
    const rest = Math.min(bitsPerLap, Math.max(Number.MIN_VALUE, target - laps * bitsPerLap));
    const index = lastBelow(arrived, rest);
    const seconds = index * stepSeconds + (rest - (arrived[index] as number)) / (rates[index] as number);
    return Math.max(0, laps * lapSeconds + seconds - start);
  };
}

/** The last index at which rising values, the last one aside, are below `limit`; in such a step something arrives. By halving. */
function lastBelow(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < limit) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * ln X of a transfer begun at each step: its real seconds over the nominal ones, which are `nominalSeconds` at the stated rate.
 *
 * @param statedBitsPerSecond without it the trace's median rate.
 * @throws {ProbSelectError} experiments.malformed-measurements if the stated rate is not positive.
 */
export function logTransferFactors(
  trace: RateTrace,
  nominalSeconds: number,
  statedBitsPerSecond = median([...trace.bitsPerSecond]),
): readonly number[] {
  if (!(statedBitsPerSecond > 0)) throw unusable(trace, "stands still more than half of the time");
  return trace.bitsPerSecond.map((_, start) =>
    Math.log(secondsOverTrace(trace, start, nominalSeconds * statedBitsPerSecond) / nominalSeconds),
  );
}

function unusable({ name, bitsPerSecond }: RateTrace, what: string): ProbSelectError {
  return new ProbSelectError(
    "experiments.malformed-measurements",
    `Trace "${name}" (${bitsPerSecond.length} steps) ${what}, so no transfer over it has a time. Leave it out.`,
  );
}
