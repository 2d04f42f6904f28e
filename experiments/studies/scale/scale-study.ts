// The study `scale`: seconds a simulated round takes by the size of the fleet, on this machine. The only study whose numbers are
// another machine's elsewhere.

import { cpus } from "node:os";
import { wallClock } from "../../../foundation/clock.ts";
import { createPolicy } from "../../../selection/policies/find-policy.ts";
import { roundTables } from "../../simulation/round-tables.ts";
import { Simulation } from "../../simulation/simulation.ts";
import { buildWorld } from "../../simulation/world/build-world.ts";
import { worldOf } from "../common/run-cells.ts";
import { linesFigure } from "../figures/lines-with-intervals.ts";
import type { HeadlineFigure, Study } from "../study.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000] as const;
const POLICIES = ["fedlim", "probselect", "quorum", "oort"] as const;
const ROUNDS = 5;
const COHORT = 130;
const REQUIRED_UPDATES = 100;

interface Timing {
  readonly size: number;
  readonly policy: string;
  readonly buildSeconds: number;
  readonly firstRoundSeconds: number;
  readonly roundSeconds: number;
}

export const scaleStudy: Study = {
  name: "scale",
  summary: "seconds a simulated round takes, from a thousand to a million devices, on this machine",
  run: async ({ seed, onProgress, signal }) => {
    const timings: Timing[] = [];
    const jobCount = SIZES.length * POLICIES.length;
    for (const size of SIZES) {
      const begun = wallClock.nowSeconds();
      const world = await buildWorld(descriptionOf(size), seed, undefined);
      const buildSeconds = wallClock.nowSeconds() - begun;
      for (const policy of POLICIES) {
        signal.throwIfAborted();
        timings.push({ size, policy, buildSeconds, ...timeRounds(world, policy, seed) });
        onProgress({ doneCount: timings.length, cachedCount: 0, jobCount, doneWork: timings.length });
        await new Promise(setImmediate);
      }
    }
    const truth = `L1: the layer-wise model; times are of ${cpus()[0]?.model ?? "this machine"}, one core`;
    return {
      title: "What a round costs the simulator",
      lead: `Forecast, selection, truth and accounts of a round, six in ten clients there; mean of ${ROUNDS} rounds after the first, which computes what all share.`,
      truth,
      headline: timings
        .filter(({ size }) => size === 1_000_000)
        .map(
          ({ policy, roundSeconds }): HeadlineFigure => ({
            ...{ name: `roundSeconds:${policy}`, label: `A round of a million, ${policy}`, unit: "seconds" },
            ...{ estimate: roundSeconds, low: null, high: null, note: "one machine, one run" },
          }),
        ),
      sections: [
        {
          title: "By size",
          paragraphs: [],
          figures: [
            linesFigure({
              ...{
                name: "round-seconds",
                title: "Seconds a round",
                note: "Mean of five rounds.",
                truth,
                labels: POLICIES,
              },
              rows: timings.map(({ policy, size, roundSeconds }) => ({
                ...{ series: policy, x: size, estimate: roundSeconds, low: null, high: null },
              })),
              x: { label: "clients", scale: "log", ticks: [...SIZES] },
              y: { label: "seconds a round", scale: "log" },
            }),
          ],
          tables: [],
        },
      ],
      records: timings.map((timing) => ({ ...timing, seed })),
      summary: timings.map((timing) => ({ ...timing })),
    };
  },
};

function descriptionOf(size: number) {
  return worldOf({
    fleet: { size, population: "mixed" },
    workload: { model: "mobilenet_v2" },
    presence: { onlineShare: 0.6 },
    requiredUpdates: REQUIRED_UPDATES,
  });
}

function timeRounds(world: Awaited<ReturnType<typeof buildWorld>>, name: string, seed: number) {
  const options = name === "quorum" ? { settings: { requiredUpdates: REQUIRED_UPDATES } } : { cohortSize: COHORT };
  const simulation = new Simulation({
    ...{ ...world, tables: roundTables({ ...world, linkSpread: true }), presence: world.startPresence() },
    ...{ policy: createPolicy(name, options), seed, pauseSeconds: 0 },
  });
  const begun = wallClock.nowSeconds();
  simulation.next();
  const first = wallClock.nowSeconds();
  for (let round = 0; round < ROUNDS; round++) simulation.next();
  return { firstRoundSeconds: first - begun, roundSeconds: (wallClock.nowSeconds() - first) / ROUNDS };
}
