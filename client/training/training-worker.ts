// The training's thread: chooses the back-end and loads its share of the data once, then trains one task after another.

import { parentPort, workerData } from "node:worker_threads";
import { wallClock } from "../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import type { LabelledExamples } from "../../models/examples.ts";
import { selectBackend } from "../../models/tensorflow/backend.ts";
import { tensorMemory } from "../../models/tensorflow/tensor-memory.ts";
import { trainLocally } from "../../models/tensorflow/train-locally.ts";
import { findDataset } from "../../workloads/find-dataset.ts";
import { takeShard } from "../../workloads/partition/take-shard.ts";
import type { Failure, TrainingReply, TrainingRequest, TrainingSetup } from "./training-protocol.ts";

/** Progress is reported when it has grown by this share, or when so much time has passed. */
const PROGRESS_STEP = 0.01;
const PROGRESS_SECONDS = 0.25;

const setup = workerData as TrainingSetup;

function send(reply: TrainingReply, transfer: readonly ArrayBufferLike[] = []): void {
  parentPort?.postMessage(
    reply,
    transfer.filter((buffer) => buffer instanceof ArrayBuffer),
  );
}

async function start(): Promise<void> {
  try {
    const backend = await selectBackend(setup.backend);
    const { datasetName, ...share } = setup.data;
    const examples = await takeShard({ ...share, dataset: await findDataset(datasetName) });
    let last = Promise.resolve();
    parentPort?.on("message", (request: TrainingRequest) => {
      last = last.then(() => answer(request, examples));
    });
    send({ kind: "ready", exampleCount: examples.exampleCount, backend });
  } catch (thrown) {
    send({ kind: "start-failed", failure: failureOf(thrown) });
  }
}

async function answer({ id, task, stopFlag }: TrainingRequest, examples: LabelledExamples): Promise<void> {
  const flag = new Int32Array(stopFlag);
  let reported = { fraction: 0, seconds: wallClock.nowSeconds() };
  try {
    const result = await trainLocally(
      { ...task, examples },
      {
        clock: wallClock,
        shouldStop: () => Atomics.load(flag, 0) === 1,
        onProgress: (fraction) => {
          const seconds = wallClock.nowSeconds();
          const isDue = fraction - reported.fraction >= PROGRESS_STEP || seconds - reported.seconds >= PROGRESS_SECONDS;
          if (fraction < 1 && !isDue) return;
          reported = { fraction, seconds };
          send({ kind: "progress", id, fraction });
        },
      },
    );
    send({ kind: "trained", id, result, memory: tensorMemory() }, [result.parameters.values.buffer]);
  } catch (thrown) {
    send({ kind: "failed", id, failure: failureOf(thrown) });
  }
}

function failureOf(thrown: unknown): Failure {
  return { code: thrown instanceof ProbSelectError ? thrown.code : undefined, message: messageOf(thrown) };
}

await start();
