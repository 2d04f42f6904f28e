// The calibration's thread or process: times training steps of networks through the code that trains in a round, on made examples.

import { median } from "simple-statistics";
import { openBackgroundPort } from "../../background/background-port.ts";
import { wallClock } from "../../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { decodeParameterFile, encodeParameterFile, parameterLayout } from "../../models/parameter-file.ts";
import { selectBackend, tensorflowVersion } from "../../models/tensorflow/backend.ts";
import { STEPS_AHEAD } from "../../models/tensorflow/loss-queue.ts";
import { tensorMemory } from "../../models/tensorflow/tensor-memory.ts";
import { trainLocally } from "../../models/tensorflow/train-locally.ts";
import { lossStaysOnDevice } from "../../models/tensorflow/train-step.ts";
import { madeExamples, places } from "./made-examples.ts";
import type {
  Burst,
  Serialisation,
  SerialisationTimes,
  TimedBurst,
  TimingFailure,
  TimingMemory,
  TimingReply,
  TimingRequest,
  TimingSetup,
} from "./timing-protocol.ts";

/** ru_maxrss is in KiB on every system, as libuv hands it on. */
const BYTES_PER_RSS_UNIT = 1024;

const port = await openBackgroundPort<TimingSetup, TimingRequest, TimingReply>();

async function start(): Promise<void> {
  try {
    const backend = await selectBackend(port.setup.backend);
    port.onRequest(answer);
    port.send({ kind: "ready", backend, tensorflowVersion });
  } catch (thrown) {
    port.send({ kind: "failed", id: null, failure: failureOf(thrown) });
  }
}

async function answer(request: TimingRequest): Promise<void> {
  const { id } = request;
  try {
    if (request.kind === "burst") port.send({ kind: "timed", id, burst: await timeBurst(request) });
    else port.send({ kind: "serialised", id, times: serialise(request) });
  } catch (thrown) {
    port.send({ kind: "failed", id, failure: failureOf(thrown) });
  }
}

/**
 * One epoch of exactly the burst's steps. A step ends when its loss has been read: all that the device was given before is then done.
 *
 * Where losses stay on the device (WebGPU), the loss of a step is read after two more have been begun, so that in the middle of an
 * epoch exactly one step is begun between two losses, and the time between them is a step's. At an epoch's end the last losses come
 * at once, whatever a step takes: two more steps are trained behind those that are timed, and no burst has an epoch's end inside.
 */
async function timeBurst({ architecture, batchSize, steps }: Burst): Promise<TimedBurst> {
  const examples = madeExamples(architecture);
  const stepsBehind = steps > 0 && lossStaysOnDevice() ? STEPS_AHEAD : 0;
  const stepCount = 1 + steps + stepsBehind;
  const parameters = initialParameters(architecture, 1);
  const indices = places(stepCount * batchSize, examples.exampleCount);
  const settings = { epochs: 1, batchSize, learningRate: 1e-3, momentum: 0 };
  const ends: number[] = [];
  let memory: TimingMemory | undefined;
  let readBegan = 0;
  const began = wallClock.nowSeconds();
  await trainLocally(
    { ...{ architecture, parameters, examples, indices, settings }, seed: 1 },
    {
      clock: wallClock,
      onProgress: () => {
        ends.push(wallClock.nowSeconds());
        if (ends.length < stepCount) return;
        memory = memoryNow();
        readBegan = wallClock.nowSeconds();
      },
    },
  );
  const readSeconds = wallClock.nowSeconds() - readBegan;
  return {
    stepSeconds: ends.slice(1, 1 + steps).map((end, index) => end - (ends[index] as number)),
    stepCount,
    wholeSeconds: (ends.at(-1) as number) - began,
    readSeconds,
    memory: memory ?? memoryNow(),
  };
}

function memoryNow(): TimingMemory {
  const { byteCount, gpuByteCount = null } = tensorMemory();
  const peakRssBytes = process.resourceUsage().maxRSS * BYTES_PER_RSS_UNIT;
  return { peakRssBytes, tensorBytes: byteCount, gpuBytes: gpuByteCount };
}

function serialise({ architecture, repeats }: Serialisation): SerialisationTimes {
  const parameters = initialParameters(architecture, 1);
  const layout = parameterLayout(architecture);
  const encodings: number[] = [];
  const decodings: number[] = [];
  let fileBytes = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const began = wallClock.nowSeconds();
    const file = encodeParameterFile(parameters);
    const encoded = wallClock.nowSeconds();
    decodeParameterFile(file, layout);
    decodings.push(wallClock.nowSeconds() - encoded);
    encodings.push(encoded - began);
    fileBytes = file.byteLength;
  }
  return { fileBytes, encodeSeconds: median(encodings), decodeSeconds: median(decodings) };
}

function failureOf(thrown: unknown): TimingFailure {
  return { code: thrown instanceof ProbSelectError ? thrown.code : undefined, message: messageOf(thrown) };
}

await start();
