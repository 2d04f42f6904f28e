// Real agents of two speeds in an asynchronous run: they train for real, and the slow one is let go on by the test, not by a clock.

import { describe, expect, it } from "vitest";
import { runAgent } from "../../../../client/agent.ts";
import type { AgentEvent } from "../../../../client/agent-types.ts";
import type { LocalTrainer } from "../../../../client/training/local-trainer.ts";
import { wallClock } from "../../../../foundation/clock.ts";
import { createParameterSet } from "../../../../models/parameter-set.ts";
import { findLinkProfile } from "../../../../network/link-profiles.ts";
import { startAsynchronousRun, valuesOf } from "./support.ts";

/** Moves every parameter by `step`, once `until` has come. */
function steppingTrainer(step: number, until: Promise<unknown> = Promise.resolve()): LocalTrainer {
  return {
    exampleCount: 32,
    close: async () => {},
    train: async ({ parameters }, { signal }) => {
      await Promise.race([until, new Promise((_, reject) => signal.addEventListener("abort", reject, { once: true }))]);
      const values = parameters.values.map((value) => value + step);
      const updated = createParameterSet(parameters.tensors, values);
      return { parameters: updated, exampleCount: 32, stepCount: 1, trainingLoss: 1, computeSeconds: 0.01 };
    },
  };
}

function join(
  serverUrl: string,
  clientId: string,
  trainer: LocalTrainer,
  onEvent: (event: AgentEvent) => void = () => {},
) {
  const registration = {
    ...{ clientId, exampleCount: 32, backend: "wasm", labels: [] },
    device: { kind: "cpu" as const, name: "Test CPU" },
    link: findLinkProfile("datacentre").link,
  };
  const never = new AbortController().signal;
  return runAgent({ serverUrl, registration, trainer, clock: wallClock, onEvent }, never);
}

describe("agents of two speeds", () => {
  it.each([
    ["as they are", undefined],
    ["as differences of half precision, each to the model that it began from", { kind: "float16" }],
    ["as differences of 8 bits", { kind: "int8" }],
  ])(
    "make round after round while the slow one trains once; updates leave %s, and all count",
    async (_, compression) => {
      await using run = await startAsynchronousRun({
        ...{ bufferSize: 1, concurrency: 2 },
        config: { rounds: 6, minimumClients: 2, compression },
      });
      const slowMayEnd = run.log.next("round-planned", ({ plan }) => plan.round === 5);
      const ends: string[] = [];
      const slow = join(run.url, "slow", steppingTrainer(1, slowMayEnd), (event) => {
        if (event.type === "task-ended") ends.push(event.end.status);
      });
      const fast = join(run.url, "fast", steppingTrainer(1));
      const summary = await run.finished;
      await Promise.all([slow, fast]);

      expect(summary).toMatchObject({ rounds: 6, failedRounds: 0 });
      expect(ends[0]).toBe("committed");
      const accepted = run.log.of("update-accepted");
      expect(accepted.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6]);
      const late = accepted.find(({ clientId, origin }) => clientId === "slow" && origin?.round === 1);
      expect(late?.origin?.staleness).toBeGreaterThanOrEqual(4);
      // Each update moves by 1 from its base: the model is the sum of the weights of their ages.
      const moved = accepted.reduce((sum, { origin }) => sum + 1 / Math.sqrt(1 + (origin?.staleness ?? 0)), 0);
      const [value] = await valuesOf(summary.modelFile);
      expect(value).toBeCloseTo(moved, 5);
    },
  );
});
