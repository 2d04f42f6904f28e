// A training's state on disk, so that an agent that is stopped in the middle of an epoch goes on there when it is given the task again.
// A safetensors file: the parameters, the optimiser's sums behind them, and in the metadata how far it was and of which training.

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf } from "../../foundation/errors.ts";
import { createParameterSet, layoutDifference, type TensorLayout } from "../../models/parameter-set.ts";
import { decodeTensorFile, encodeTensorFile, type StoredTensor } from "../../models/safetensors-file.ts";
import type { TrainingState } from "../../models/tensorflow/training-state.ts";
import { PRIVATE_FILE, PRIVATE_FOLDER } from "../state-file.ts";

/** The optimiser's sums; no layer's tensor has a name without a slash. */
const MOMENTA = "momenta";

/** Names a training by all that its outcome follows from. @example trainingKey({ task: "7", seed: 1 }) === trainingKey({ task: "7", seed: 1 }) */
export function trainingKey(facts: Readonly<Record<string, unknown>>): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/** Puts the state in the file's place. Not flushed: a file that a power cut tore is told from a whole one when it is read. */
export async function writeCheckpoint(path: string, key: string, state: TrainingState): Promise<void> {
  const { step, parameters, momenta, losses, computeSeconds } = state;
  const tensors = parameters.tensors.map(({ name, shape, values }) => stored(name, shape, values));
  if (momenta) tensors.push(stored(MOMENTA, [momenta.length], momenta));
  const facts = { key, step, lossSum: losses.sum, lossExamples: losses.examples, computeSeconds };
  const metadata = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));
  const temporary = partialOf(path);
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  await writeFile(temporary, encodeTensorFile(tensors, metadata), { mode: PRIVATE_FILE });
  await rename(temporary, path);
}

/**
 * The state of the training with that key.
 *
 * @param layout of the network that is trained.
 * @returns undefined if the file holds none of it; `problem` says why it cannot be used, if it should have been.
 */
export async function readCheckpoint(
  path: string,
  key: string,
  layout: readonly TensorLayout[],
): Promise<{ readonly state?: TrainingState; readonly problem?: string }> {
  const file = await readFile(path).catch(() => undefined);
  if (!file) return {};
  try {
    const { tensors, metadata } = decodeTensorFile(file, ["F32"]);
    if (metadata.key !== key) return {};
    const found = tensors.filter(({ name }) => name !== MOMENTA);
    const difference = layoutDifference(layout, found);
    if (difference) throw new Error(difference);
    const parameters = createParameterSet(layout);
    for (const [index, { values }] of parameters.tensors.entries())
      values.set(floatsOf(found[index]?.bytes ?? new Uint8Array()));
    const momenta = tensors.find(({ name }) => name === MOMENTA);
    const numbers = ["step", "lossSum", "lossExamples", "computeSeconds"].map((name) => Number(metadata[name]));
    if (!numbers.every(Number.isFinite)) throw new Error("its metadata are not numbers");
    const [step = 0, sum = 0, examples = 0, computeSeconds = 0] = numbers;
    return {
      state: {
        ...{ step, computeSeconds, losses: { sum, examples } },
        parameters,
        momenta: momenta && floatsOf(momenta.bytes),
      },
    };
  } catch (thrown) {
    return { problem: messageOf(thrown) };
  }
}

/** Also what a process that was killed while it wrote has left. */
export async function removeCheckpoint(path: string): Promise<void> {
  for (const file of [path, partialOf(path)]) await rm(file, { force: true });
}

/** The same for every process that trains for this agent: the next one writes over what was left half written. */
const partialOf = (path: string): string => `${path}.partial`;

function stored(name: string, shape: readonly number[], values: Float32Array): StoredTensor {
  return { name, shape, type: "F32", bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** A copy: the bytes of a file lie at any alignment. */
function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
