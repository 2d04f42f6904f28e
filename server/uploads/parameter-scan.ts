// Reads a parameter file as it streams by, in chunks of any size: first the header, then whether every value is finite. Memory
// is O(header), and no step takes longer than the chunk that it is given.

import { messageOf, ProbSelectError } from "../../foundation/errors.ts";
import { decodeParameterHead } from "../../models/parameter-file.ts";
import { firstNonFinite, type TensorLayout } from "../../models/parameter-set.ts";
import { tensorDataOffset } from "../../models/safetensors-file.ts";

export interface UpdateProblem {
  readonly code: string;
  readonly reason: string;
}

const LENGTH_BYTES = 8;
const BYTES_PER_VALUE = Float32Array.BYTES_PER_ELEMENT;
/** Values that are looked at together; they and the kernel's copy of them stay in the L2 cache. */
const BLOCK_BYTES = 32 * 1024;

export class ParameterScan {
  readonly #fileBytes: number;
  readonly #layout: readonly TensorLayout[];
  /** What is collected until it can be looked at: the length, then the header, then a block of values at a time. */
  #collected = new Uint8Array(LENGTH_BYTES);
  #collectedBytes = 0;
  #stage: "length" | "header" | "values" = "length";
  /** Values before the collected ones. */
  #valueCount = 0;
  #problem: UpdateProblem | undefined;

  /** @param fileBytes size of the whole file. @param layout the tensors that it must hold. */
  constructor(fileBytes: number, layout: readonly TensorLayout[]) {
    this.#fileBytes = fileBytes;
    this.#layout = layout;
  }

  /** A scan that goes on from here independently. */
  fork(): ParameterScan {
    const copy = new ParameterScan(this.#fileBytes, this.#layout);
    copy.#collected = this.#collected.slice();
    copy.#collectedBytes = this.#collectedBytes;
    copy.#stage = this.#stage;
    copy.#valueCount = this.#valueCount;
    copy.#problem = this.#problem;
    return copy;
  }

  /** Goes on with the next bytes of the file, which are not kept. */
  update(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.byteLength && !this.#problem) {
      const taken = chunk.subarray(from, from + this.#collected.byteLength - this.#collectedBytes);
      this.#collected.set(taken, this.#collectedBytes);
      this.#collectedBytes += taken.byteLength;
      from += taken.byteLength;
      if (this.#collectedBytes === this.#collected.byteLength) this.#look();
    }
  }

  /** The first thing that is wrong with the file, all of which has been seen; undefined if nothing is. */
  finish(): UpdateProblem | undefined {
    if (!this.#problem) this.#look();
    return this.#problem;
  }

  #look(): void {
    try {
      if (this.#stage === "values") this.#lookAtValues();
      else this.#lookAtHead();
    } catch (thrown) {
      const code = thrown instanceof ProbSelectError ? thrown.code : "server.update-malformed";
      this.#problem = { code, reason: messageOf(thrown) };
    }
  }

  #lookAtHead(): void {
    const collected = this.#collected;
    const dataOffset = tensorDataOffset(collected, this.#fileBytes);
    if (this.#stage === "length" && dataOffset > LENGTH_BYTES) {
      this.#stage = "header";
      this.#collected = new Uint8Array(dataOffset);
      this.#collected.set(collected);
      return;
    }
    decodeParameterHead(collected, this.#fileBytes, this.#layout);
    this.#stage = "values";
    this.#collected = new Uint8Array(BLOCK_BYTES);
    this.#collectedBytes = 0;
  }

  #lookAtValues(): void {
    const values = new Float32Array(this.#collected.buffer, 0, this.#collectedBytes / BYTES_PER_VALUE);
    const bad = firstNonFinite(values);
    if (bad >= 0) {
      const reason = `Parameter ${this.#valueCount + bad} of the update is ${values[bad]}. Lower the learning rate.`;
      this.#problem = { code: "models.non-finite-parameter", reason };
    }
    this.#valueCount += values.length;
    this.#collectedBytes = 0;
  }
}
