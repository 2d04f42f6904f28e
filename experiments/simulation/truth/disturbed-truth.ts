// What may befall clients on top of a truth: other jobs, heat, lost links, outages of sites, heavy tails. Nothing of it is measured: each
// is an assumption of the scenario, and says so.

import { canThrottle, throttledSeconds } from "../../../client/emulation/emulated-spread.ts";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { studentTOf } from "../../../foundation/variates-of-uniforms.ts";
import type { TrueDuration } from "../../replay/replay-policy.ts";
import type { Disturbances } from "../scenario.ts";
import type { Fleet, FleetTruth } from "../types.ts";
import { type Luck, luckOf } from "./luck.ts";
import { percent } from "./percent.ts";

const TAIL_DEGREES_OF_FREEDOM = 2;
/** However heavy the tail, times stay numbers; nobody waits so long. */
const MOST_TAIL_FACTOR = 1e6;

/**
 * The truth with the disturbances; the truth itself where there are none.
 *
 * @throws {ProbSelectError} experiments.invalid-scenario if sites are to fail and the fleet has none.
 */
export function disturbedTruth(
  truth: FleetTruth,
  { disturbances, fleet, seed }: { readonly disturbances: Disturbances; readonly fleet: Fleet; readonly seed: number },
): FleetTruth {
  const assumptions = assumptionsOf(disturbances);
  if (assumptions.length === 0) return truth;
  if (disturbances.siteOutageProbability > 0 && fleet.sites === null) {
    throw new ProbSelectError(
      "experiments.invalid-scenario",
      "The scenario has outages of sites (siteOutageProbability) but its fleet has no sites. Set fleet.sites to their number.",
    );
  }
  const luck = luckOf(seed);
  const slower = slownessOf(disturbances, fleet, luck);
  const isLost = lossOf(disturbances, fleet, luck);
  return {
    level: truth.level,
    sources: [...truth.sources, ...assumptions],
    durationOf: (client, round, work): TrueDuration => {
      const duration = truth.durationOf(client, round, work, (seconds) => slower(seconds, client, round));
      return isLost(client, round) ? { ...duration, uploadSeconds: Number.POSITIVE_INFINITY } : duration;
    },
  };
}

/** Other jobs and tails lengthen the work, so that the upload begins later, on a measured trace at another moment of it; a warm device does what there then is at its lower speed. */
function slownessOf(
  { contention, throttling, heavyTailScale }: Disturbances,
  fleet: Fleet,
  luck: Luck,
): (seconds: number, client: number, round: number) => number {
  const warms = fleet.devices.map(({ device }) => device.kind === "known" && canThrottle(device.device.deviceClass));
  return (seconds, client, round) => {
    const key = fleet.keys[client] as number;
    let busy = seconds;
    if (contention && luck.uniform("contention", round, key) < contention.probability) {
      const { least, most } = contention;
      busy *= least + (most - least) * luck.uniform("contention, how much", round, key);
    }
    if (heavyTailScale > 0) {
      const [first, second] = [luck.uniform("tail", round, key), luck.uniform("tail, angle", round, key)];
      const tail = Math.exp(heavyTailScale * studentTOf(TAIL_DEGREES_OF_FREEDOM, first, second));
      busy *= Math.min(MOST_TAIL_FACTOR, tail);
    }
    const isWarm = throttling !== undefined && warms[fleet.columns.deviceIndices[client] as number] === true;
    return isWarm ? throttledSeconds(busy, throttling) : busy;
  };
}

function lossOf(
  { lostLinkProbability, siteOutageProbability }: Disturbances,
  { keys, sites }: Fleet,
  luck: Luck,
): (client: number, round: number) => boolean {
  return (client, round) => {
    if (lostLinkProbability > 0 && luck.uniform("lost link", round, keys[client] as number) < lostLinkProbability) {
      return true;
    }
    if (siteOutageProbability === 0 || sites === null) return false;
    return luck.uniform("site outage", round, sites[client] as number) < siteOutageProbability;
  };
}

/** A sentence for each disturbance that is on. */
function assumptionsOf(disturbances: Disturbances): readonly string[] {
  const { contention, throttling, lostLinkProbability, siteOutageProbability, heavyTailScale } = disturbances;
  const sentences: string[] = [];
  if (contention && contention.probability > 0) {
    const slowdown = `slows it ${contention.least} to ${contention.most} times`;
    sentences.push(`Assumed: in ${percent(contention.probability)} of a client's rounds another job ${slowdown}.`);
  }
  if (throttling && throttling.speed < 1) {
    const { afterSeconds, speed } = throttling;
    sentences.push(`Assumed: boards and laptops go on at ${percent(speed)} of their speed after ${afterSeconds} s.`);
  }
  if (lostLinkProbability > 0) {
    sentences.push(`Assumed: ${percent(lostLinkProbability)} of all updates are lost with the client's link.`);
  }
  if (siteOutageProbability > 0) {
    sentences.push(
      `Assumed: in ${percent(siteOutageProbability)} of the rounds a site is cut off with all its clients.`,
    );
  }
  if (heavyTailScale > 0) {
    sentences.push(
      `Assumed: compute times have a heavy tail, exp(${heavyTailScale} t) with t Student's of 2 degrees of freedom.`,
    );
  }
  return sentences;
}
