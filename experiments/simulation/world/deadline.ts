// The deadline of a world: given in seconds, or a quantile of how long its clients really take, so that it is as hard whatever the
// devices, the network and the data are.

import { quantile } from "simple-statistics";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { randomInteger, seededRandom } from "../../../foundation/random-source.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { World } from "../scenario.ts";
import type { Fleet, FleetTruth } from "../types.ts";

/** Clients and rounds of which the quantile is taken: the median of 11 rounds hides no client that has bad luck once. */
const MOST_CLIENTS = 2_000;
const ROUNDS = 11;
const SIGNIFICANT_DIGITS = 4;

/**
 * `slo.deadlineSeconds`, or else the quantile `slo.deadlineQuantile` of the clients' median round times, rounded to four digits. A
 * round time is that of all of a client's examples, from when it can be reached until its update is there.
 *
 * @throws {ProbSelectError} experiments.invalid-scenario if so many clients never report that the quantile is none of their times.
 */
export function deadlineOf(
  { deadlineSeconds, deadlineQuantile }: World["slo"],
  setup: {
    readonly fleet: Fleet;
    readonly truth: FleetTruth;
    readonly workload: Workload;
    readonly seed: number;
  },
): number {
  if (deadlineSeconds !== undefined) return deadlineSeconds;
  const medians = medianRoundSeconds(setup);
  const seconds = quantile(medians, deadlineQuantile);
  if (Number.isFinite(seconds) && seconds > 0) return Number(seconds.toPrecision(SIGNIFICANT_DIGITS));
  throw new ProbSelectError(
    "experiments.invalid-scenario",
    `The ${deadlineQuantile} quantile of the clients' round times is ${seconds} s, which is no deadline. Give slo.deadlineSeconds, ` +
      "or fewer lost links.",
  );
}

function medianRoundSeconds({ fleet, truth, workload, seed }: Parameters<typeof deadlineOf>[1]): number[] {
  const clients = sampleOf(fleet, seed);
  const times = clients.map(() => new Float64Array(ROUNDS));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [index, client] of clients.entries()) {
      const work = { exampleCount: fleet.columns.exampleCounts[client] as number, epochs: workload.epochs };
      const { downloadSeconds, computeSeconds, uploadSeconds } = truth.durationOf(client, round, work);
      (times[index] as Float64Array)[round - 1] = downloadSeconds + computeSeconds + uploadSeconds;
    }
  }
  return times.map((each) => each.sort()[(ROUNDS - 1) / 2] as number);
}

/** All clients of a small fleet, of a large one so many by chance. */
function sampleOf({ size }: Fleet, seed: number): readonly number[] {
  if (size <= MOST_CLIENTS) return Array.from({ length: size }, (_, client) => client);
  const random = seededRandom(seed, "deadline sample");
  const drawn = new Set<number>();
  while (drawn.size < MOST_CLIENTS) drawn.add(randomInteger(random, size));
  return [...drawn];
}
