// The aggregator of a faulty run, in a process of its own: argv holds its configuration and, as JSON too, what is to happen to it and
// when. Events go to stdout, one a line.

import { once } from "node:events";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { findLatencyModel } from "../../../selection/latency/find-latency-model.ts";
import { findStrategy } from "../../../server/aggregation/find-strategy.ts";
import { startAggregator } from "../../../server/aggregator.ts";
import type { AggregatorEvent } from "../../../server/journal/events.ts";
import { parseConfig } from "../../../server/load-config.ts";
import { loadRuledPolicy } from "../../../server/load-policy.ts";
import type { ResumeMode } from "../../../server/recovery/recover-run.ts";
import { workloadFor } from "../../../workloads/workload-for.ts";
import type { Phase } from "../fault.ts";
import { smallArchitecture } from "../small-run.ts";
import { type FailingWrites, fillDisk, prepareFailingWrites } from "./fill-disk.ts";
import { shiftClock } from "./shift-clock.ts";
import { phaseOf, watchAggregation, watchCheckpoints } from "./strike-points.ts";

/** What the process is told. */
export interface AggregatorOrders {
  readonly config: Readonly<Record<string, unknown>>;
  readonly partBytes: number;
  readonly resume?: ResumeMode | undefined;
  readonly killAt?: Phase | undefined;
  /** Waits there for a message of its parent; the phases aggregation and checkpoint alone can wait. */
  readonly holdAt?: Phase | undefined;
  /** `ballast`: the file that takes all the room; null: writes fail until a message of the parent. */
  readonly fullDisk?: { readonly at: Phase; readonly ballast: string | null } | undefined;
  readonly clockJump?: { readonly at: Phase; readonly seconds: number } | undefined;
}

const orders = JSON.parse(process.argv[2] ?? "{}") as AggregatorOrders;
const reached = new Set<Phase>();
let registeredCount = 0;
let writes: FailingWrites | undefined;
// A channel that is listened to would keep the process alive.
process.channel?.unref();

/** @returns a promise where the phase waits. */
function onPhase(phase: Phase): Promise<unknown> | undefined {
  if (reached.has(phase)) return undefined;
  reached.add(phase);
  const { killAt, holdAt, fullDisk, clockJump } = orders;
  if (fullDisk?.at === phase) {
    if (fullDisk.ballast !== null) fillDisk(fullDisk.ballast);
    writes?.begin();
    process.once("message", () => writes?.end());
  }
  if (clockJump?.at === phase) shiftClock(clockJump.seconds);
  say({ type: "phase", phase });
  if (killAt === phase) process.kill(process.pid, "SIGKILL");
  return holdAt === phase ? once(process, "message") : undefined;
}

function onEvent(event: AggregatorEvent): void {
  if (event.type === "client-registered") registeredCount++;
  if (event.type !== "client-progress") say(event);
  const phase = phaseOf(event, registeredCount);
  if (phase) void onPhase(phase);
}

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function tell(error: unknown): void {
  process.stderr.write(`${error instanceof ProbSelectError ? `${error.code}: ` : ""}${error}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const config = parseConfig(orders.config, "the fault matrix");
  const { training, seed, selection } = config;
  const strategy = findStrategy(config.aggregation.strategy, { momentum: training.momentum });
  const aggregator = await startAggregator(config, {
    parts: {
      architecture: smallArchitecture,
      workload: workloadFor({ architecture: smallArchitecture, training }),
      latencyModel: findLatencyModel(config.latencyModel, { calibrations: [], lawKind: config.computeLaw }),
      policy: await loadRuledPolicy(selection.policy, selection),
      strategy: watchAggregation(strategy, onPhase),
      initialParameters: initialParameters(smallArchitecture, seed),
      resolveDevice,
      evaluate: async () => null,
      close: async () => {},
    },
    limits: { partBytes: orders.partBytes },
    resume: orders.resume,
    onEvent,
  });
  say({ type: "listening", url: aggregator.url });
  await aggregator.finished;
}

watchCheckpoints(onPhase, () => say({ type: "ready" }));
if (orders.fullDisk?.ballast === null) writes = await prepareFailingWrites();
await run().catch(tell);
process.disconnect?.();
