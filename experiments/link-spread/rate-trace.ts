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
