import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arithmetic, describeArithmetic } from "../../../models/arithmetic/arithmetic.ts";
import { plainArithmetic } from "../../../models/arithmetic/plain-arithmetic.ts";
import type { Arithmetic } from "../../../models/arithmetic/types.ts";
import { createWasmArithmetic } from "../../../models/arithmetic/wasm-arithmetic.ts";

const wasm = createWasmArithmetic();
if (!wasm) throw new Error("this engine has no WebAssembly SIMD, which every Node from 16.4 on has");
const both: readonly Arithmetic[] = [plainArithmetic, wasm];

/** Blocks are 8192 long: lengths around that and around the four lanes, and two that need several blocks. */
const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 8189, 8190, 8191, 8192, 8193, 16_384, 20_001];
const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
/** Arrays of such a length whose elements repeat a few drawn ones: subnormal numbers, -0 and the largest are among them. */
const operands = fc.record({
  length: fc.constantFrom(...lengths),
  values: fc.array(float32, { minLength: 1, maxLength: 50 }),
  base: fc.array(float32, { minLength: 1, maxLength: 47 }),
  sums: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 43 }),
});
const floats = (length: number, of: readonly number[]) =>
  Float32Array.from({ length }, (_, index) => of[index % of.length] ?? 0);
const doubles = (length: number, of: readonly number[]) =>
  Float64Array.from({ length }, (_, index) => of[index % of.length] ?? 0);
/** As bits, since NaN and -0 compare badly as numbers. */
const bitsOf = (numbers: Float64Array) => Buffer.from(numbers.buffer).toString("hex");

describe.each(both)("the arithmetic $name", (under) => {
  it("adds weighted values to sums", () => {
    const sums = Float64Array.of(1, 2, 3, 4, 5);
    under.addWeighted(sums, Float32Array.of(10, 20, 30, 40, 0.5), 3);
    // 1 + 3 * 10, 2 + 3 * 20, 3 + 3 * 30, 4 + 3 * 40, 5 + 3 * 0.5
    expect([...sums]).toEqual([31, 62, 93, 124, 6.5]);
  });

  it("keeps a product of an integer weight and a float32 exact, and rounds the sum once", () => {
    // (2^29 - 1) * (1 + 2^-23) has 53 bits; added to 2^60 it is rounded to a multiple of 2^8.
    const value = 1 + 2 ** -23;
    const weight = 2 ** 29 - 1;
    const sums = Float64Array.of(0, 2 ** 60);
    under.addWeighted(sums, Float32Array.of(value, value), weight);
    // 2^29 - 1 + 2^6 - 2^-23; its nearest multiple of 2^8 is 2^29.
    expect([...sums]).toEqual([2 ** 29 + 63 - 2 ** -23, 2 ** 60 + 2 ** 29]);
  });

  it("adds scaled changes from a base", () => {
    const sums = Float64Array.of(1, 1, 1, 1, 1);
    under.addScaledChange(sums, Float32Array.of(1, 2, 3, 4, 5), Float32Array.of(0, 1, 5, 4, 1), 0.5);
    // 1 + (1 - 0) / 2, 1 + (2 - 1) / 2, 1 + (3 - 5) / 2, 1 + 0, 1 + (5 - 1) / 2
    expect([...sums]).toEqual([1.5, 1.5, 0, 1, 3]);
  });

  it("takes changes in float64: what a float32 cannot hold is not lost", () => {
    const sums = Float64Array.of(0);
    under.addScaledChange(sums, Float32Array.of(2 ** 24), Float32Array.of(-0.5), 1);
    expect(sums[0]).toBe(2 ** 24 + 0.5);
  });

  it("measures the squared distance", () => {
    // 3^2 + 4^2 + 0 + 1 + 2^2
    expect(under.squaredDistance(Float32Array.of(3, 0, 7, 1, 2), Float32Array.of(0, 4, 7, 0, 4))).toBe(30);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("finds the first %d anywhere", (bad) => {
    const isFound = fc.property(fc.constantFrom(...lengths.slice(1)), fc.nat(), fc.nat(), (length, first, second) => {
      const values = new Float32Array(length).fill(3e38);
      values[first % length] = bad;
      values[second % length] = Number.NaN;
      expect(under.firstNonFinite(values)).toBe(Math.min(first % length, second % length));
    });
    fc.assert(isFound);
  });

  it("does not remember what an earlier call had behind the end", () => {
    under.firstNonFinite(new Float32Array(8).fill(Number.NaN));
    expect(under.firstNonFinite(Float32Array.of(1))).toBe(-1);
    expect(under.squaredDistance(Float32Array.of(2), Float32Array.of(0))).toBe(4);
  });

  it("leaves what lies around a view alone", () => {
    const sums = new Float64Array(10).fill(1);
    under.addWeighted(sums.subarray(2, 7), new Float32Array(9).fill(1).subarray(3, 8), 2);
    expect([...sums]).toEqual([1, 1, 3, 3, 3, 3, 3, 1, 1, 1]);
  });

  it("refuses operands of different lengths", () => {
    expect(() => under.addWeighted(new Float64Array(2), new Float32Array(3), 1)).toThrow("arrays of 2, 3 elements");
    expect(() => under.squaredDistance(new Float32Array(2), new Float32Array(3))).toThrow("arrays of 2, 3 elements");
  });
});

describe("the WebAssembly kernel", () => {
  it("adds weighted values with the bits of the plain loop", () => {
    const areEqual = fc.property(operands, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (drawn, weight) => {
      const results = both.map((under) => {
        const sums = doubles(drawn.length, drawn.sums);
        under.addWeighted(sums, floats(drawn.length, drawn.values), weight);
        return bitsOf(sums);
      });
      expect(results[1] === results[0]).toBe(true);
    });
    fc.assert(areEqual);
  });

  it("adds scaled changes with the bits of the plain loop", () => {
    const areEqual = fc.property(operands, fc.double({ noNaN: true, min: -1e9, max: 1e9 }), (drawn, factor) => {
      const results = both.map((under) => {
        const sums = doubles(drawn.length, drawn.sums);
        under.addScaledChange(sums, floats(drawn.length, drawn.values), floats(drawn.length, drawn.base), factor);
        return bitsOf(sums);
      });
      expect(results[1] === results[0]).toBe(true);
    });
    fc.assert(areEqual);
  });

  it("measures distances with the bits of the plain loop", () => {
    const areEqual = fc.property(operands, ({ length, values, base }) => {
      const [plain, kernel] = both.map((under) => under.squaredDistance(floats(length, values), floats(length, base)));
      expect(Object.is(kernel, plain)).toBe(true);
    });
    fc.assert(areEqual);
  });

  it("is what its text compiles to", async () => {
    const script = fileURLToPath(new URL("../../../scripts/kernel.ts", import.meta.url));
    await promisify(execFile)(process.execPath, ["--import", "tsx", script, "--check"]);
  });
});

describe("the arithmetic in use", () => {
  it("is the kernel where the engine has WebAssembly SIMD, and says so", () => {
    expect(arithmetic().name).toBe("wasm-simd");
    expect(describeArithmetic()).toBe("Parameters are added by the WebAssembly SIMD kernel.");
  });

  it("is the plain loops where it has none, and says that they are slower", async () => {
    const module = new URL("../../../models/arithmetic/arithmetic.ts", import.meta.url).href;
    const program = `const { arithmetic, describeArithmetic } = await import(${JSON.stringify(module)});
      console.log(arithmetic().name, describeArithmetic());`;
    const withoutWebAssembly = ["--no-expose-wasm", "--import", "tsx", "--input-type=module", "--eval", program];
    const { stdout } = await promisify(execFile)(process.execPath, withoutWebAssembly);
    expect(stdout).toMatch(/^plain .*has no WebAssembly SIMD: parameters are added by plain loops/);
  });
});
