// One cell of the kernels benchmark, in a process of its own: the training steps per second of one network on one back-end.
// Started by kernels.ts with the cell as JSON; prints the result as JSON, the last line of stdout.

import * as tf from "@tensorflow/tfjs-core";
import { wallClock } from "../../foundation/clock.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import type { LabelledExamples } from "../../models/examples.ts";
import { initialParameters } from "../../models/initial-parameters.ts";
import { selectBackend } from "../../models/tensorflow/backend.ts";
import { trainLocally } from "../../models/tensorflow/train-locally.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { peakRssBytes } from "../measurement.ts";
import { type Cell, type CellResult, cellWork } from "./cell.ts";

/** However long a step takes, so many are measured. */
const LEAST_STEPS = 2;

// One thread, as the peers; read when the native library is loaded.
Object.assign(process.env, { TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1" });

const { exampleCount, warmUp, batchSize, learningRate, momentum } = cellWork;
const { model, backend, seconds } = JSON.parse(process.argv[2] ?? "{}") as Cell;
console.log(JSON.stringify(await measure()));

async function measure(): Promise<CellResult> {
  try {
    if (backend === "wasm as shipped") await selectShippedWasm();
    else await selectBackend(backend);
    return { stepsPerSecond: await stepsPerSecond(), peakRssBytes: peakRssBytes() };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown);
    return { cannotTrain: reason ?? "", peakRssBytes: peakRssBytes() };
  }
}

/** tfjs' own back-end, without this project's kernels. */
async function selectShippedWasm(): Promise<void> {
  await import("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js could not start its wasm back-end");
  await tf.ready();
}

async function stepsPerSecond(): Promise<number> {
  const architecture = findArchitecture(model);
  const times: number[] = [];
  let warm = Number.POSITIVE_INFINITY; // the step that ends the warm-up
  const measuredSeconds = () => ((times.at(-1) ?? 0) - (times[warm] ?? Number.POSITIVE_INFINITY)) / 1000;
  const isEnough = () => times.length - 1 - warm >= LEAST_STEPS && measuredSeconds() >= seconds;
  const started = performance.now();
  const onProgress = () => {
    const now = performance.now();
    times.push(now);
    const isWarm = times.length >= warmUp.steps && now - started >= warmUp.seconds * 1000;
    if (isWarm) warm = Math.min(warm, times.length - 1);
  };
  await trainLocally(
    {
      architecture,
      parameters: initialParameters(architecture, 1),
      examples: madeExamples(architecture.inputShape),
      settings: { epochs: 1_000_000, batchSize, learningRate, momentum },
      seed: 1,
    },
    { clock: wallClock, shouldStop: isEnough, onProgress },
  ).catch((thrown: unknown) => {
    if (!isEnough()) throw thrown; // else it is the stop that was asked for
  });
  return (times.length - 1 - warm) / measuredSeconds();
}

/** Noise with labels: the speed of a step does not depend on what the examples show. */
function madeExamples(exampleShape: readonly number[]): LabelledExamples {
  const random = seededRandom(1, "bench");
  const size = exampleShape.reduce((product, length) => product * length, 1);
  return {
    exampleCount,
    exampleShape,
    classCount: 10,
    inputs: Float32Array.from({ length: exampleCount * size }, () => random.next()),
    labels: Uint8Array.from({ length: exampleCount }, (_, index) => index % 10),
  };
}
