// Truth level L2: rounds whose times were measured. Computing takes the measured step of the client's GPU, times what machines of one
// GPU and rounds on one machine were measured to differ by; transfers go by measured lines. See docs/measured-truth.md.

import { ProbSelectError } from "../../foundation/errors.ts";
import { normalOf } from "../../foundation/variates-of-uniforms.ts";
import { drawsOf } from "../../selection/policy/draws.ts";
import { stepCount } from "../../workloads/round-workload.ts";
import { luckOf } from "../simulation/truth/luck.ts";
import type { Fleet, FleetTruth } from "../simulation/types.ts";
import { isMeasuredLink } from "./measured-lines.ts";
import { gpusOf } from "./measured-workloads.ts";
import { truthSources } from "./truth-sources.ts";
import spreads from "./truth-spreads.data.json" with { type: "json" };
import type { MeasuredLine, MeasuredWorkload } from "./types.ts";

/** Standard deviation of ln(seconds) between machines of one GPU, the same in all of a client's rounds. */
export const MACHINE_LOG_SIGMA: number = spreads.machine.logSigma;
/** The same between rounds on one machine, however many steps they have. */
export const ROUND_LOG_SIGMA: number = spreads.round.logSigma;

/** What belongs to a client and not to a round is drawn for this one. */
const NO_ROUND = 0;

export interface MeasuredTruthOptions {
  /** Of GPUs that were measured with the workload. */
  readonly fleet: Fleet;
  readonly workload: MeasuredWorkload;
  readonly seed: number;
  /** The lines of the fleet's measured links by the link's name, as `measuredLines` gives them. */
  readonly lines: ReadonlyMap<string, readonly MeasuredLine[]>;
}

/**
 * The measured truth of a fleet. A client has one machine: of the cells of its GPU one, and a machine's factor.
 *
 * @throws {ProbSelectError} selection.invalid-argument for a GPU that was not measured with the workload, or a client on a
 * measured line that is not there.
 */
export function measuredTruth({ fleet, workload, seed, lines }: MeasuredTruthOptions): FleetTruth {
  requireLines(fleet, lines);
  const secondsPerStep = stepTimes(fleet, workload, seed);
  const lineOf = linesOf(fleet, lines);
  const luck = luckOf(seed, "measured-");
  const bits = { down: 8 * workload.parameterFileBytes, up: 8 * workload.parameterFileBytes };
  const { batchSize } = workload;
  const { keys, columns } = fleet;
  return {
    level: "L2",
    sources: truthSources({ fleet, workload, lines }),
    durationOf: (client, round, { exampleCount, epochs }, slowed = unchanged) => {
      const key = keys[client] as number;
      const draw = (purpose: string) => luck.uniform(purpose, round, key);
      const noise = Math.exp(ROUND_LOG_SIGMA * normalOf(draw("round-radius"), draw("round-angle")));
      const computeSeconds = slowed(stepCount({ epochs, batchSize }, exampleCount) * secondsPerStep(client) * noise);
      const roundTrip = columns.roundTripSeconds[client] as number;
      const line = lineOf(client);
      if (line === null) {
        const downloadSeconds = roundTrip + bits.down / (columns.downlinkBitsPerSecond[client] as number);
        const uploadSeconds = roundTrip + bits.up / (columns.uplinkBitsPerSecond[client] as number);
        return { downloadSeconds, computeSeconds, uploadSeconds };
      }
      // The upload's request is on its way for a round trip before its bits are.
      const transfers = line.transferSeconds(bits, draw, computeSeconds + roundTrip);
      return {
        downloadSeconds: roundTrip + transfers.downloadSeconds,
        computeSeconds,
        uploadSeconds: roundTrip + transfers.uploadSeconds,
      };
    },
  };
}

const unchanged = (seconds: number) => seconds;

/** Seconds of a step on a client's machine, without the round's luck. */
function stepTimes(fleet: Fleet, workload: MeasuredWorkload, seed: number): (client: number) => number {
  const measured = fleet.devices.map(({ device }) => {
    const name = device.kind === "known" ? device.device.name : device.reportedName;
    const seconds = workload.cells.filter(({ gpu }) => gpu === name).map(({ stepSeconds }) => stepSeconds);
    if (seconds.length > 0) return seconds;
    throw invalid(`"${name}" was not measured with ${workload.key}. Take ${gpusOf(workload.cells).join(", ")}.`);
  });
  const [cell, radius, angle] = ["cell", "machine-radius", "machine-angle"].map((purpose) =>
    drawsOf({ seed, round: NO_ROUND }, `measured-${purpose}`),
  ) as [(key: number) => number, (key: number) => number, (key: number) => number];
  const { keys, columns } = fleet;
  const known = new Float64Array(fleet.size).fill(Number.NaN);
  return (client) => {
    const before = known[client] as number;
    if (!Number.isNaN(before)) return before;
    const key = keys[client] as number;
    const seconds = measured[columns.deviceIndices[client] as number] as readonly number[];
    const own = seconds.length === 1 ? 0 : Math.floor(cell(key) * seconds.length);
    const stepSeconds = (seconds[own] as number) * Math.exp(MACHINE_LOG_SIGMA * normalOf(radius(key), angle(key)));
    known[client] = stepSeconds;
    return stepSeconds;
  };
}

/** The measured line of a client; null: its link is a profile. */
function linesOf(fleet: Fleet, lines: MeasuredTruthOptions["lines"]): (client: number) => MeasuredLine | null {
  const byLink = fleet.linkNames.map((name) => lines.get(name) ?? []);
  return (client) => {
    const line = fleet.lines[client] as number;
    return line < 0 ? null : (byLink[fleet.links[client] as number]?.[line] ?? null);
  };
}

function requireLines(fleet: Fleet, lines: MeasuredTruthOptions["lines"]): void {
  const counts = fleet.linkNames.map((name) => (isMeasuredLink(name) ? (lines.get(name)?.length ?? 0) : null));
  for (let client = 0; client < fleet.size; client++) {
    const line = fleet.lines[client] as number;
    const count = counts[fleet.links[client] as number] ?? null;
    if (count === null ? line < 0 : line >= 0 && line < count) continue;
    const link = fleet.linkNames[fleet.links[client] as number];
    throw invalid(`Client ${client} has line ${line} of the ${count ?? 0} measured lines of its link "${link}".`);
  }
}

function invalid(message: string): ProbSelectError {
  return new ProbSelectError("selection.invalid-argument", message);
}
