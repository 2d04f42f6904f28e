// The calibration's thread: times training steps of networks through the code that trains in a round, on made examples.

import { openBackgroundPort } from "../../background/background-port.ts";
import { wallClock } from "../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import type { LabelledExamples } from "../../models/examples.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { elementCount } from "../../models/parameter-set.ts";
import { selectBackend, tensorflowVersion } from "../../models/tensorflow/backend.ts";
import { trainLocally } from "../../models/tensorflow/train-locally.ts";
import type { BurstRequest, TimingFailure, TimingReply, TimingSetup } from "./timing-protocol.ts";

/** So many that an epoch's shuffle is no part of a step worth speaking of, and that many batches fit. */
const EXAMPLE_COUNT = 1024;
const CLASS_COUNT = 10;
/** More epochs than any burst needs; the burst's end stops the training. */
const EPOCHS = 1_000_000;

const port = await openBackgroundPort<TimingSetup, BurstRequest, TimingReply>();
const madeExamples = new Map<string, LabelledExamples>();

async function start(): Promise<void> {
  try {
    const backend = await selectBackend(port.setup.backend);
    port.onRequest(answer);
    port.send({ kind: "ready", backend, tensorflowVersion });
  } catch (thrown) {
    port.send({ kind: "failed", id: null, failure: failureOf(thrown) });
  }
}

async function answer(request: BurstRequest): Promise<void> {
  const { id } = request;
  try {
    port.send({ kind: "timed", id, stepSeconds: await timeSteps(request) });
  } catch (thrown) {
    port.send({ kind: "failed", id, failure: failureOf(thrown) });
  }
}

/** A step ends when its loss has been read, so that everything the device queued for it is done. */
async function timeSteps({ architecture, batchSize, steps }: BurstRequest): Promise<readonly number[]> {
  const ends: number[] = [];
  const isDone = () => ends.length > steps;
  const training = trainLocally(
    {
      architecture,
      parameters: initialParameters(architecture, 1),
      examples: examplesOf(architecture.inputShape),
      settings: { epochs: EPOCHS, batchSize, learningRate: 1e-3, momentum: 0 },
      seed: 1,
    },
    { clock: wallClock, shouldStop: isDone, onProgress: () => ends.push(wallClock.nowSeconds()) },
  );
  await training.catch((thrown: unknown) => {
    if (!isDone()) throw thrown; // else it is the stop that was asked for
  });
  return ends.slice(1).map((end, index) => end - (ends[index] as number));
}

/** Noise with labels: a step's time does not depend on what the examples show. */
function examplesOf(exampleShape: readonly number[]): LabelledExamples {
  const key = exampleShape.join("x");
  const kept = madeExamples.get(key);
  if (kept) return kept;
  const random = seededRandom(1, "calibration");
  const made: LabelledExamples = {
    exampleCount: EXAMPLE_COUNT,
    exampleShape,
    classCount: CLASS_COUNT,
    inputs: Float32Array.from({ length: EXAMPLE_COUNT * elementCount(exampleShape) }, () => random.next()),
    labels: Uint8Array.from({ length: EXAMPLE_COUNT }, (_, index) => index % CLASS_COUNT),
  };
  madeExamples.set(key, made);
  return made;
}

function failureOf(thrown: unknown): TimingFailure {
  return { code: thrown instanceof ProbSelectError ? thrown.code : undefined, message: messageOf(thrown) };
}

await start();
