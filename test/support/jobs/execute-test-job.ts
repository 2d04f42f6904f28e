// Worker threads load this in place of the package's own executor.

import { appendFileSync, existsSync, writeFileSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { JobExecutor } from "../../../experiments/jobs/execute-job.ts";
import type { JobResult } from "../../../experiments/jobs/job.ts";
import { ProbSelectError } from "../../../foundation/errors.ts";
import { type Instructions, instructionsSchema } from "./test-jobs.ts";

const STDERR = 2;

export const executeJob: JobExecutor = async (job, { checkpoints, onProgress, signal }) => {
  const instructions = instructionsSchema.parse(job.spec.policy.settings);
  const saved = await checkpoints?.load();
  const state: { step: number; value: number } = saved
    ? JSON.parse(Buffer.from(saved).toString())
    : { step: 0, value: 1 };
  while (state.step < instructions.steps) {
    if (instructions.event?.step === state.step) await happen(instructions, instructions.event, signal);
    state.step++;
    state.value = (Math.imul(state.value, 1_103_515_245) + 12_345) >>> 1;
    appendFileSync(instructions.log, `${process.pid} ${instructions.name} ${state.step}\n`);
    await checkpoints?.save(Buffer.from(JSON.stringify(state)));
    onProgress(state.step / instructions.steps);
    await setImmediate();
    signal.throwIfAborted();
  }
  return resultOf(instructions.name, state.value);
};

async function happen(
  { name }: Instructions,
  { kind, gate = "" }: NonNullable<Instructions["event"]>,
  signal: AbortSignal,
): Promise<void> {
  switch (kind) {
    case "wait":
      if (existsSync(gate)) return;
      // Not through the main thread, which may be about to be killed.
      writeSync(STDERR, `${name} waits in ${process.pid}\n`);
      signal.throwIfAborted();
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
    case "never-yield":
      for (;;);
    case "exit-thread-once":
      if (existsSync(gate)) return;
      writeFileSync(gate, "");
      return process.exit(7);
    case "exit-thread":
      return process.exit(7);
    case "uncaught-error":
      queueMicrotask(() => {
        throw new Error("nobody caught this");
      });
      return new Promise(() => {});
    case "refuse":
      throw new ProbSelectError("selection.unknown-policy", `No policy is named "${name}".`);
    case "bug":
      throw new TypeError(`${name} is not a function`);
  }
}

function resultOf(policy: string, value: number): JobResult {
  return {
    policy,
    seed: value,
    truthLevel: "L0",
    truthSources: [],
    // No short decimal: it must survive every way that a result takes.
    deadlineSeconds: value / 7,
    fleetSize: 0,
    rounds: [],
    participation: { jainIndex: null, giniCoefficient: null, coverage: 0, groups: [] },
    reliability: { counts: [], saidSums: [], keptCounts: [] },
  };
}
