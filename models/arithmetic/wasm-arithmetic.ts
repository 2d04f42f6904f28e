// The loops in WebAssembly SIMD (kernel.wat). Operands are copied into its memory in blocks that stay in a core's L2 cache, and
// sums back out of it: sums that live in WebAssembly memory would be a fifth faster, but each would hold gigabytes of
// addresses until it is collected.

import { kernelBytes } from "./kernel-bytes.ts";
import { plainArithmetic } from "./plain-arithmetic.ts";
import { type Arithmetic, requireEqualLengths } from "./types.ts";

/** Parameters in a block: 64 KiB of sums and twice 32 KiB of float32, half of the smallest L2 cache of today's servers. */
const BLOCK = 8192;
const LANES = 4;

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  addWeighted(sums: number, values: number, count: number, weight: number): void;
  addScaledChange(sums: number, values: number, base: number, count: number, factor: number): void;
  hasNonFinite(values: number, count: number): number;
  addSquaredChanges(sums: number, a: number, b: number, count: number): void;
}

interface WebAssemblyEngine {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Kernel };
}

/** Operands lie half a page away from where they come from: see `placeOf`. */
const PAGE = 4096;
/** Where the areas of the blocks begin in the kernel's memory, in bytes; each has a page to spare. */
const SUMS_AT = 0;
const VALUES_AT = SUMS_AT + BLOCK * Float64Array.BYTES_PER_ELEMENT + PAGE;
const BASE_AT = VALUES_AT + BLOCK * Float32Array.BYTES_PER_ELEMENT + PAGE;
const PARTIAL_SUMS_AT = BASE_AT + BLOCK * Float32Array.BYTES_PER_ELEMENT + PAGE;

/** The kernel of this thread; undefined where the engine has no WebAssembly or no SIMD. */
export function createWasmArithmetic(): Arithmetic | undefined {
  const kernel = instantiate();
  if (!kernel) return undefined;
  const { buffer } = kernel.memory;
  const partialSums = new Float64Array(buffer, PARTIAL_SUMS_AT, LANES);
  const blockOf = (areaAt: number, values: Float32Array) =>
    new Float32Array(buffer, placeOf(areaAt, values.byteOffset), BLOCK);
  const sumsOf = (sums: Float64Array) => new Float64Array(buffer, placeOf(SUMS_AT, sums.byteOffset), BLOCK);

  return {
    name: "wasm-simd",

    addWeighted(sums, values, weight) {
      requireEqualLengths(sums, values);
      const [sumBlock, valueBlock] = [sumsOf(sums), blockOf(VALUES_AT, values)];
      for (let from = 0; from < values.length; from += BLOCK) {
        const count = load(valueBlock, values, from);
        const block = sums.subarray(from, from + BLOCK);
        sumBlock.set(block);
        kernel.addWeighted(sumBlock.byteOffset, valueBlock.byteOffset, count, weight);
        block.set(sumBlock.subarray(0, block.length));
      }
    },

    addScaledChange(sums, values, base, factor) {
      requireEqualLengths(sums, values, base);
      const [sumBlock, valueBlock, baseBlock] = [sumsOf(sums), blockOf(VALUES_AT, values), blockOf(BASE_AT, base)];
      for (let from = 0; from < values.length; from += BLOCK) {
        const count = load(valueBlock, values, from);
        load(baseBlock, base, from);
        const block = sums.subarray(from, from + BLOCK);
        sumBlock.set(block);
        kernel.addScaledChange(sumBlock.byteOffset, valueBlock.byteOffset, baseBlock.byteOffset, count, factor);
        block.set(sumBlock.subarray(0, block.length));
      }
    },

    firstNonFinite(values) {
      const valueBlock = blockOf(VALUES_AT, values);
      for (let from = 0; from < values.length; from += BLOCK) {
        const count = load(valueBlock, values, from);
        if (kernel.hasNonFinite(valueBlock.byteOffset, count)) return from + plainArithmetic.firstNonFinite(valueBlock);
      }
      return -1;
    },

    squaredDistance(a, b) {
      requireEqualLengths(a, b);
      const [blockA, blockB] = [blockOf(VALUES_AT, a), blockOf(BASE_AT, b)];
      partialSums.fill(0);
      for (let from = 0; from < a.length; from += BLOCK) {
        const count = load(blockA, a, from);
        load(blockB, b, from);
        kernel.addSquaredChanges(PARTIAL_SUMS_AT, blockA.byteOffset, blockB.byteOffset, count);
      }
      const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = partialSums;
      return s0 + s1 + (s2 + s3);
    },
  };
}

/**
 * Half a page from the operand's place in its own page, as far as its offset tells: large buffers begin at a page. Where a copy's source and
 * target lie at nearly the same place of two pages, AMD's processors take five times as long for it (`rep movsb`, measured on an EPYC).
 */
function placeOf(areaAt: number, byteOffset: number): number {
  return areaAt + ((byteOffset + PAGE / 2) & (PAGE - 1) & -16);
}

/** Copies a block and fills it up with zeros. @returns its length, a multiple of four. */
function load(block: Float32Array, values: Float32Array, from: number): number {
  const part = values.subarray(from, from + BLOCK);
  block.set(part);
  const count = Math.ceil(part.length / LANES) * LANES;
  block.fill(0, part.length, count);
  return count;
}

function instantiate(): Kernel | undefined {
  // Typed here, since the types of Node alone do not know it.
  const globals: object = globalThis;
  const engine: WebAssemblyEngine | undefined = Reflect.get(globals, "WebAssembly");
  const bytes = Uint8Array.from(atob(kernelBytes), (character) => character.charCodeAt(0));
  // Without SIMD the module is not valid.
  if (!engine?.validate(bytes)) return undefined;
  return new engine.Instance(new engine.Module(bytes)).exports;
}
