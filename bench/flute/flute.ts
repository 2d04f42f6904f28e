// Federated training as a whole: the task that Microsoft FLUTE's authors published times for, from the start of a process to the
// evaluation of the final model, beside Flower's simulation and a plain loop in numpy, which also says what the accuracy must be.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "simple-statistics";
import { messageOf } from "../../foundation/errors.ts";
import type { Benchmark, Measurement } from "../measurement.ts";
import { pythonEnvironment } from "../python-environment.ts";
import { run, type TimedProcess, timedProcess } from "../timed-process.ts";
import { FLUTE_ROUNDS, publishedSeconds } from "./flute-task.ts";
import type { FluteRun } from "./measure-flute.ts";

const THREADS = 2;
const FLOWER = "Flower 1.42.0 (Ray)";
const OURS = `${FLUTE_ROUNDS} rounds on ${THREADS} threads`;

interface PeerRun {
  readonly accuracy: number;
  readonly loss: number;
  readonly peakRssBytes: number;
}

type Runs<Result> = readonly TimedProcess<Result>[];

export const flute: Benchmark = {
  name: "flute",
  summary:
    "FLUTE's task as a whole: 1,000 clients on MNIST, 10 a round, 100 rounds, beside Flower (minutes; Python if there is one)",
  isLong: true,
  run: async (progress) => {
    const folder = await mkdtemp(join(tmpdir(), "probselect-flute-"));
    try {
      return await compare(folder, progress);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function compare(folder: string, progress: (line: string) => void): Promise<readonly Measurement[]> {
  const environment = await pythonEnvironment("requirements-flute.txt", progress);
  if (environment.kind === "missing") {
    progress(environment.reason);
    const ours = [await runOurs(progress), await runOurs(progress), await runOurs(progress)];
    return measurementsOf(ours, { flower: environment.reason, reference: [] });
  }
  progress("writing the task for the peers");
  await run(process.execPath, [...source("./export-task.ts"), folder]);
  const peer = (script: string, ...more: readonly string[]) =>
    timedProcess<PeerRun>(environment.python, [pathTo(`../peers/${script}`), folder, ...more]);
  const ours: TimedProcess<FluteRun>[] = [];
  const reference: TimedProcess<PeerRun>[] = [];
  const flower: TimedProcess<PeerRun>[] = [];
  try {
    for (let turn = 0; turn < 3; turn++) {
      ours.push(await runOurs(progress));
      reference.push(await peer("fedavg_reference.py"));
      if (turn === 2) break;
      progress(FLOWER);
      flower.push(await peer("flower_flute.py", String(THREADS)));
    }
  } catch (thrown) {
    const reason = `A peer failed: ${messageOf(thrown)}`;
    progress(reason);
    if (ours.length === 0) ours.push(await runOurs(progress));
    return measurementsOf(ours, { flower: reason, reference });
  }
  return measurementsOf(ours, { flower, reference });
}

function runOurs(progress: (line: string) => void): Promise<TimedProcess<FluteRun>> {
  progress(OURS);
  return timedProcess<FluteRun>(process.execPath, [...source("./measure-flute.ts"), String(THREADS)]);
}

const pathTo = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const source = (script: string) => ["--import", "tsx", pathTo(script)];

function measurementsOf(
  ours: Runs<FluteRun>,
  peers: { readonly flower: Runs<PeerRun> | string; readonly reference: Runs<PeerRun> },
): readonly Measurement[] {
  const seconds = secondsOf(ours);
  const flower = typeof peers.flower === "string" ? [] : peers.flower;
  const peakRssBytes = Math.max(...ours.map(({ result }) => result.peakRssBytes));
  const accuracy = ours[0]?.result.accuracy ?? null;
  const expected = peers.reference[0]?.result.accuracy;
  const published = `FLUTE's authors published ${publishedSeconds.flute} s for FLUTE and ${publishedSeconds.flower} s for Flower 1.0`;
  return [
    {
      name: OURS,
      ...{ value: seconds, unit: "s" },
      ...(flower.length > 0 ? { ratio: secondsOf(flower) / seconds, against: FLOWER } : { ratio: null, against: null }),
      peakRssBytes,
      note: `the whole process; ${published}, on a machine of theirs`,
    },
    {
      name: `${OURS}: CPU`,
      value: median(ours.map(({ result }) => result.cpuSeconds)),
      ...{ unit: "s", ratio: null, against: null, peakRssBytes },
    },
    peerRow(
      FLOWER,
      flower,
      seconds,
      typeof peers.flower === "string" ? peers.flower : "memory of its main process alone",
    ),
    peerRow("plain loop in numpy", peers.reference, seconds),
    {
      name: "test accuracy",
      ...{ value: accuracy, unit: "of 1" },
      ratio: accuracy === null || expected === undefined ? null : accuracy / expected,
      against: expected === undefined ? null : "plain loop in numpy",
      peakRssBytes,
    },
  ];
}

function peerRow(name: string, runs: Runs<PeerRun>, oursSeconds: number, note?: string): Measurement {
  const base = { name, unit: "s", ...(note === undefined ? {} : { note }) };
  if (runs.length === 0) return { ...base, value: null, ratio: null, against: null, peakRssBytes: 0 };
  const value = secondsOf(runs);
  const peakRssBytes = Math.max(...runs.map(({ result }) => result.peakRssBytes));
  return { ...base, value, ratio: oursSeconds / value, against: OURS, peakRssBytes };
}

function secondsOf(runs: Runs<unknown>): number {
  return median(runs.map(({ seconds }) => seconds));
}
