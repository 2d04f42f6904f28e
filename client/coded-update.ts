// The file that an agent sends of what it trained: the parameters, or the coded difference that its task asks for, with a memory of
// what coding left out.

import { seededRandom } from "../foundation/random-source.ts";
import { encodeUpdate } from "../models/compression/encode-update.ts";
import { maximumEncodedBytes } from "../models/compression/maximum-encoded-bytes.ts";
import { encodeParameterFile } from "../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../models/parameter-set.ts";
import { padTensorFile } from "../models/safetensors-file.ts";
import type { Train } from "../protocol/messages.ts";

/** What earlier updates of this agent left out, one value a parameter; lost with the process, which costs accuracy only. */
export class ErrorFeedback {
  #left: Float32Array | undefined;

  /** Zeros for a model of another size. */
  of(length: number): Float32Array {
    return this.#left?.length === length ? this.#left : new Float32Array(length);
  }

  /** Once the update that leaves `left` out was accepted. */
  keep(left: Float32Array | undefined): void {
    if (left) this.#left = left;
  }
}

export interface UpdateToSend {
  readonly file: Uint8Array;
  /** To be kept when the update was accepted. */
  readonly leftOut: Float32Array | undefined;
}

/** A copy of the global model if it is needed after the training, which takes the parameters over: to code, to protect or to mask. */
export function keptGlobal(task: Train, parameters: ParameterSet, isProtected = false): ParameterSet | undefined {
  if (!task.upload.encoding && !task.secureAggregation && !isProtected) return undefined;
  return createParameterSet(parameters.tensors, parameters.values.slice());
}

/** @param global as `keptGlobal` gave it. */
export function updateToSend(
  task: Train,
  trained: ParameterSet,
  global: ParameterSet | undefined,
  feedback: ErrorFeedback,
): UpdateToSend {
  const { encoding } = task.upload;
  if (!encoding || !global) return { file: encodeParameterFile(trained), leftOut: undefined };
  const { bytes, feedback: leftOut } = encodeUpdate({
    ...{ encoding, global, update: trained, random: seededRandom(task.training.seed, "rounding", task.taskId) },
    feedback: encoding.kind === "top-k" ? feedback.of(global.values.length) : undefined,
  });
  return { file: padTensorFile(bytes, maximumEncodedBytes(global.tensors, encoding)), leftOut };
}
