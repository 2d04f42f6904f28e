// Which arithmetic this thread uses: the WebAssembly kernel, or where there is no SIMD the plain loops. The results are the
// same bits; only the time differs, so a program that is slow can be told why.

import { plainArithmetic } from "./plain-arithmetic.ts";
import type { Arithmetic } from "./types.ts";
import { createWasmArithmetic } from "./wasm-arithmetic.ts";

let chosen: Arithmetic | undefined;

/** This thread's arithmetic; the first call compiles the kernel, in under a millisecond. */
export function arithmetic(): Arithmetic {
  chosen ??= createWasmArithmetic() ?? plainArithmetic;
  return chosen;
}

/** A sentence that says which one is in use and what that means. */
export function describeArithmetic(): string {
  if (arithmetic().name === "wasm-simd") return "Parameters are added by the WebAssembly SIMD kernel.";
  return "This JavaScript engine has no WebAssembly SIMD: parameters are added by plain loops, several times slower.";
}
