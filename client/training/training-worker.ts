// The training's thread or process: chooses the back-end and loads its share of the data once, then trains one task after another.

import { openBackgroundPort } from "../../background/background-port.ts";
import { wallClock } from "../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import type { LabelledExamples } from "../../models/examples.ts";
import { createParameterSet } from "../../models/parameter-set.ts";
import { selectBackend } from "../../models/tensorflow/backend.ts";
import { tensorMemory } from "../../models/tensorflow/tensor-memory.ts";
import { trainLocally } from "../../models/tensorflow/train-locally.ts";
import { findDataset } from "../../workloads/find-dataset.ts";
import { takeShard } from "../../workloads/partition/take-shard.ts";
import type { Failure, TrainingReply, TrainingRequest, TrainingSetup } from "./training-protocol.ts";

/** Progress is reported when it has grown by this share, or when so much time has passed. */
const PROGRESS_STEP = 0.01;
const PROGRESS_SECONDS = 0.25;

const port = await openBackgroundPort<TrainingSetup, TrainingRequest, TrainingReply>();

async function start(): Promise<void> {
  try {
    const backend = await selectBackend(port.setup.backend);
    const { datasetName, ...share } = port.setup.data;
    const examples = await takeShard({ ...share, dataset: await findDataset(datasetName) });
    port.onRequest((request, isStopped) => answer(request, examples, isStopped));
    port.send({ kind: "ready", exampleCount: examples.exampleCount, backend });
  } catch (thrown) {
    port.send({ kind: "start-failed", failure: failureOf(thrown) });
  }
}

async function answer(
  { id, task, layout, values }: TrainingRequest,
  examples: LabelledExamples,
  isStopped: () => boolean,
): Promise<void> {
  try {
    const { parameters, ...result } = await trainLocally(
      { ...task, parameters: createParameterSet(layout, values), examples },
      {
        clock: wallClock,
        shouldStop: isStopped,
        onProgress: progressReporter(id),
        ...(port.pause && { pause: port.pause }),
      },
    );
    const trained = { result, layout, values: parameters.values, memory: tensorMemory() };
    port.send({ kind: "trained", id, ...trained }, [parameters.values.buffer]);
  } catch (thrown) {
    port.send({ kind: "failed", id, failure: failureOf(thrown) });
  }
}

function progressReporter(id: number): (fraction: number) => void {
  let reported = { fraction: 0, seconds: wallClock.nowSeconds() };
  return (fraction) => {
    const seconds = wallClock.nowSeconds();
    const isDue = fraction - reported.fraction >= PROGRESS_STEP || seconds - reported.seconds >= PROGRESS_SECONDS;
    if (fraction < 1 && !isDue) return;
    reported = { fraction, seconds };
    port.send({ kind: "progress", id, fraction });
  };
}

function failureOf(thrown: unknown): Failure {
  return { code: thrown instanceof ProbSelectError ? thrown.code : undefined, message: messageOf(thrown) };
}

await start();
