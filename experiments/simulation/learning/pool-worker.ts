// A training thread of a simulated run: chooses its back-end, is given the shared data, then does one task after another.

import { parentPort, workerData } from "node:worker_threads";
import { wallClock } from "../../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import { parameterLayout } from "../../../models/parameter-file.ts";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import { evaluateModel } from "../../../models/tensorflow/evaluate-model.ts";
import { trainLocally } from "../../../models/tensorflow/train-locally.ts";
import { shareOf } from "./client-shares.ts";
import type { PoolMessage, PoolReply, PoolSetup, PoolTask } from "./pool-protocol.ts";
import type { SharedData } from "./shared-data.ts";

const { architecture, backend } = workerData as PoolSetup;
const layout = parameterLayout(architecture);
let data: SharedData | undefined;

function send(reply: PoolReply): void {
  // What was trained is handed over, not copied.
  const buffer = reply.kind === "trained" ? reply.result.parameters.values.buffer : undefined;
  parentPort?.postMessage(reply, buffer instanceof ArrayBuffer ? [buffer] : []);
}

async function answer(message: PoolMessage): Promise<PoolReply> {
  if (message.kind === "data") {
    data = message.data;
    return { kind: "ready" };
  }
  if (data === undefined) throw new Error("The thread was given a task before its data.");
  return carryOut(message, data);
}

async function carryOut(task: PoolTask, { training, test, shares }: SharedData): Promise<PoolReply> {
  const parameters = createParameterSet(layout, task.values);
  switch (task.kind) {
    case "train": {
      const { client, settings, seed } = task;
      const own = { architecture, parameters, examples: training, indices: shareOf(shares, client), settings, seed };
      return { kind: "trained", result: await trainLocally(own, { clock: wallClock }) };
    }
    case "score-client": {
      const indices = shareOf(shares, task.client);
      return { kind: "scored", result: await evaluateModel({ architecture, parameters, examples: training, indices }) };
    }
    case "score-test": {
      const indices = Uint32Array.from({ length: task.end - task.begin }, (_, place) => task.begin + place);
      return { kind: "scored", result: await evaluateModel({ architecture, parameters, examples: test, indices }) };
    }
  }
}

function failureOf(thrown: unknown): PoolReply {
  return {
    kind: "failed",
    code: thrown instanceof ProbSelectError ? thrown.code : undefined,
    message: messageOf(thrown),
  };
}

let last: Promise<unknown> = selectBackend(backend);
parentPort?.on("message", (message: PoolMessage) => {
  last = last.then(() => answer(message)).then(send, (thrown) => send(failureOf(thrown)));
});
