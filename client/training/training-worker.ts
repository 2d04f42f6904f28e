// The training's thread or process: chooses the back-end and loads its share of the data once, then trains one task after another.

import { openBackgroundPort } from "../../background/background-port.ts";
import { wallClock } from "../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { type ExampleSource, isStreamed } from "../../models/example-source.ts";
import { createParameterSet } from "../../models/parameter-set.ts";
import { currentBackend, selectBackend } from "../../models/tensorflow/backend.ts";
import { tensorMemory } from "../../models/tensorflow/tensor-memory.ts";
import { trainLocally } from "../../models/tensorflow/train-locally.ts";
import type { TrainingState } from "../../models/tensorflow/training-state.ts";
import { findDataset } from "../../workloads/find-dataset.ts";
import { takeSource } from "../../workloads/streaming/take-source.ts";
import { readCheckpoint, removeCheckpoint, trainingKey, writeCheckpoint } from "./training-checkpoint.ts";
import type { Failure, TrainingReply, TrainingRequest, TrainingSetup } from "./training-protocol.ts";

/** Progress is reported when it has grown by this share, or when so much time has passed. */
const PROGRESS_STEP = 0.01;
const PROGRESS_SECONDS = 0.25;

const port = await openBackgroundPort<TrainingSetup, TrainingRequest, TrainingReply>();

async function start(): Promise<void> {
  try {
    const backend = await selectBackend(port.setup.backend);
    const { datasetName, ...share } = port.setup.data;
    const dataset = await findDataset(datasetName);
    const examples = await takeSource({ ...share, dataset });
    port.onRequest((request, isStopped) => answer(request, examples, isStopped));
    const { exampleCount, exampleShape, classCount } = examples;
    const names = { classNames: dataset.classNames, inputNames: dataset.inputNames };
    const facts = { exampleCount, exampleShape, classCount, names };
    port.send({ kind: "ready", ...facts, isStreamed: isStreamed(examples), backend });
  } catch (thrown) {
    port.send({ kind: "start-failed", failure: failureOf(thrown) });
  }
}

async function answer(
  { id, task, layout, values }: TrainingRequest,
  examples: ExampleSource,
  isStopped: () => boolean,
): Promise<void> {
  try {
    const resumption = await resume({ task, layout, examples });
    const { parameters, ...result } = await trainLocally(
      { ...task, parameters: createParameterSet(layout, values), examples, from: resumption?.from },
      {
        clock: wallClock,
        shouldStop: isStopped,
        onProgress: progressReporter(id),
        ...(port.pause && { pause: port.pause }),
        ...(resumption && { keep: resumption.keep }),
      },
    );
    const trained = { result, layout, values: parameters.values, memory: tensorMemory() };
    port.send({ kind: "trained", id, ...trained }, [parameters.values.buffer]);
  } catch (thrown) {
    port.send({ kind: "failed", id, failure: failureOf(thrown) });
  }
}

/** Where a training of the same name was cut off, and how its state is kept from now on. */
async function resume({
  task,
  layout,
  examples,
}: Pick<TrainingRequest, "task" | "layout"> & { examples: ExampleSource }) {
  const { checkpoint, data } = port.setup;
  if (!checkpoint || task.name === undefined) return undefined;
  const { name, settings, seed } = task;
  const { exampleCount } = examples;
  const key = trainingKey({ name, settings, seed, layout, data, exampleCount, backend: currentBackend() });
  const { state, problem } = await readCheckpoint(checkpoint.path, key, layout);
  if (problem) note(`The state of this training in ${checkpoint.path} cannot be used (${problem}): it begins anew.`);
  if (state) note(`The training goes on after step ${state.step}, where it was cut off.`);
  else await removeCheckpoint(checkpoint.path);
  const { path, everySeconds } = checkpoint;
  let isTold = false;
  const keep = async (now: TrainingState) => {
    try {
      await writeCheckpoint(path, key, now);
    } catch (thrown) {
      // A full disk costs the chance to go on, not the training.
      if (!isTold) note(`The state of the training cannot be kept in ${path}: ${messageOf(thrown)}.`);
      isTold = true;
    }
  };
  return { from: state, keep: { everySeconds, state: keep } };
}

function note(sentence: string): void {
  port.send({ kind: "note", sentence });
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
