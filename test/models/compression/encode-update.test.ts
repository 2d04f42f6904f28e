import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { decodeUpdate } from "../../../models/compression/decode-update.ts";
import { encodeUpdate } from "../../../models/compression/encode-update.ts";
import { maximumEncodedBytes } from "../../../models/compression/maximum-encoded-bytes.ts";
import { keptCount, type UpdateEncoding } from "../../../models/compression/update-encoding.ts";
import { parameterFileByteLength, parameterLayout } from "../../../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { decodeTensorFile } from "../../../models/safetensors-file.ts";
import { lenet5 } from "../../../models/zoo.ts";
import { codedSpans, encodings, isMoving, layout, parameterCount, parameterSets, variances } from "./encodings.ts";
import * as golden from "./golden.ts";

const vector = (...values: number[]): ParameterSet =>
  createParameterSet([{ name: "w", shape: [values.length] }], Float32Array.from(values));

function coded(encoding: UpdateEncoding, global: ParameterSet, update: ParameterSet, seed = 1): Float32Array {
  const { bytes } = encodeUpdate({ encoding, global, update, random: seededRandom(seed) });
  return decodeUpdate(bytes, global, encoding).values;
}

const tensorsOf = (file: Uint8Array) =>
  decodeTensorFile(file, ["F32", "F16", "I8", "U8"])
    .tensors.map(({ name, type, shape, bytes }) => ({ name, type, shape, bytes: Buffer.from(bytes).toString("hex") }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Half a unit in the last place of a Float32 of that size: what storing a parameter may cost. */
const rounding = (value: number) => Math.max(Math.abs(value) * 2 ** -24, 2 ** -150);

describe.each(golden.cases)("an update in $encoding", ({ encoding, file, decoded }) => {
  it("is read from the file that numpy and safetensors wrote", () => {
    expect(decodeUpdate(file, golden.global, encoding).values).toEqual(decoded);
    expect(decodeUpdate(file, golden.global).values).toEqual(decoded);
  });

  it("becomes the tensors that numpy makes, byte for byte", () => {
    const { global, update } = golden;
    const { bytes } = encodeUpdate({ encoding, global, update, random: golden.replayedUniforms() });
    expect(tensorsOf(bytes)).toEqual(tensorsOf(file));
    expect(decodeTensorFile(bytes, ["F32", "F16", "I8", "U8"]).metadata).toEqual({
      encoding: encoding.kind,
      version: "1",
    });
  });
});

describe("the error of an encoding", () => {
  it("of float16 is half a unit in the eleventh bit of a difference, or 2^-25", () => {
    fc.assert(
      fc.property(parameterSets, parameterSets, (global, update) => {
        const values = coded({ kind: "float16" }, global, update);
        for (const [index, value] of update.values.entries()) {
          const difference = Math.abs(value - (global.values[index] as number));
          const allowed = Math.max(difference * 2 ** -11, 2 ** -25) + rounding(value) * 2;
          expect(Math.abs((values[index] as number) - value)).toBeLessThanOrEqual(allowed);
        }
      }),
    );
  });

  it("of int8 is at most one step, a 127th of the greatest difference of the block", () => {
    fc.assert(
      fc.property(parameterSets, parameterSets, fc.integer(), (global, update, seed) => {
        const values = coded({ kind: "int8" }, global, update, seed);
        for (const { from, to } of codedSpans) {
          const differences = update.values
            .slice(from, to)
            .map((value, index) => value - (global.values[from + index] as number));
          const step = Math.max(...differences.map(Math.abs)) / 127;
          for (let index = from; index < to; index++) {
            const value = update.values[index] as number;
            const allowed = step * (1 + 1e-6) + rounding(value) + rounding(values[index] as number);
            expect(Math.abs((values[index] as number) - value)).toBeLessThanOrEqual(allowed);
          }
        }
      }),
    );
  });

  it("of top-k is the whole difference for all but the largest, and a rounding for those", () => {
    // Differences 1, -4, 0.5, 3; half of four values are kept.
    const [global, update] = [vector(1, 1, 1, 1), vector(2, -3, 1.5, 4)];
    expect([...coded({ kind: "top-k", share: 0.5, values: "float32" }, global, update)]).toEqual([1, -3, 1, 4]);
  });

  it("of moving statistics is none but Float32's, in every encoding: no variance falls below 0", () => {
    fc.assert(
      fc.property(parameterSets, parameterSets, fc.constantFrom(...encodings), (global, update, encoding) => {
        const values = coded(encoding, global, update);
        for (const [index, value] of values.entries()) {
          if (!isMoving(index)) continue;
          const [wanted, start] = [update.values[index] as number, global.values[index] as number];
          expect(Math.abs(value - wanted)).toBeLessThanOrEqual(rounding(wanted) + rounding(wanted - start));
        }
        expect(values.slice(variances.from, variances.to).every((value) => value >= 0)).toBe(true);
      }),
    );
  });

  it("is none where client and aggregator have the same model", () => {
    fc.assert(
      fc.property(parameterSets, fc.constantFrom(...encodings), (global, encoding) => {
        expect(coded(encoding, global, global).map((value) => value + 0)).toEqual(
          global.values.map((value) => value + 0),
        );
      }),
    );
  });
});

describe("int8", () => {
  it("is unbiased: the mean of many encodings is the difference itself", () => {
    const differences = [1, -1, 0.3, -0.0011, 1e-5, 0.77777, -0.5, 0];
    const global = vector(...differences.map(() => 0));
    const update = vector(...differences);
    const random = seededRandom(17, "unbiased");
    const rounds = 20_000;
    const sums = new Float64Array(differences.length);
    for (let round = 0; round < rounds; round++) {
      const { bytes } = encodeUpdate({ encoding: { kind: "int8" }, global, update, random });
      for (const [index, value] of decodeUpdate(bytes, global).values.entries())
        sums[index] = (sums[index] as number) + value;
    }
    for (const [index, difference] of differences.entries()) {
      // A value between two steps of 1/127 has at most half a step of standard deviation; five standard errors.
      const standardError = 1 / 127 / 2 / Math.sqrt(rounds);
      expect(Math.abs((sums[index] as number) / rounds - difference)).toBeLessThan(5 * standardError);
    }
  });

  it("by hand: 0.3 with a scale of 1 / 127 is 38.1 steps, which a draw of 0.95 rounds up and one of 0.5 down", () => {
    const encoding = { kind: "int8" } as const;
    const decode = (draw: number) => {
      const random = { next: () => draw };
      const { bytes } = encodeUpdate({ encoding, global: vector(0, 0), update: vector(1, 0.3), random });
      return decodeUpdate(bytes, vector(0, 0)).values[1];
    };
    expect(decode(0.95)).toBeCloseTo(39 / 127, 6);
    expect(decode(0.5)).toBeCloseTo(38 / 127, 6);
  });
});

describe("error feedback", () => {
  it("loses nothing: the decoded differences of all rounds and the last feedback sum to the raw differences", () => {
    const rounds = fc.array(fc.tuple(parameterSets, parameterSets), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rounds, fc.constantFrom(...encodings), fc.integer(), (all, encoding, seed) => {
        const random = seededRandom(seed);
        let feedback = new Float32Array(parameterCount);
        const raw = new Float64Array(parameterCount);
        const sent = new Float64Array(parameterCount);
        const size = new Float64Array(parameterCount);
        for (const [global, update] of all) {
          const encoded = encodeUpdate({ encoding, global, update, feedback, random });
          feedback = (encoded.feedback as Float32Array<ArrayBuffer>) ?? feedback;
          const decoded = decodeUpdate(encoded.bytes, global, encoding).values;
          for (let index = 0; index < parameterCount; index++) {
            const start = global.values[index] as number;
            raw[index] = (raw[index] as number) + (update.values[index] as number) - start;
            sent[index] = (sent[index] as number) + (decoded[index] as number) - start;
            const numbers = [
              start,
              update.values[index] as number,
              decoded[index] as number,
              feedback[index] as number,
            ];
            size[index] = Math.max(size[index] as number, ...numbers.map(Math.abs));
          }
        }
        for (let index = 0; index < parameterCount; index++) {
          const missing = (raw[index] as number) - (sent[index] as number) - (feedback[index] as number);
          // Each round rounds a parameter, a feedback and, of a moving statistic, a difference of twice the size to Float32.
          const allowed = all.length * 4 * rounding(size[index] as number);
          expect(Math.abs(missing)).toBeLessThanOrEqual(allowed);
        }
      }),
    );
  });

  it("sends by and by what top-k leaves out", () => {
    const encoding = { kind: "top-k", share: 0.25, values: "float32" } as const;
    const global = vector(0, 0, 0, 0);
    const update = vector(4, 3, 0, 0);
    const first = encodeUpdate({ encoding, global, update, feedback: new Float32Array(4), random: seededRandom(1) });
    expect([...decodeUpdate(first.bytes, global).values]).toEqual([4, 0, 0, 0]);
    expect([...(first.feedback ?? [])]).toEqual([0, 3, 0, 0]);
    // 0 + 4 and 3 + 3: now the second is larger.
    const second = encodeUpdate({ encoding, global, update, feedback: first.feedback, random: seededRandom(1) });
    expect([...decodeUpdate(second.bytes, global).values]).toEqual([0, 6, 0, 0]);
    expect([...(second.feedback ?? [])]).toEqual([4, 0, 0, 0]);
  });

  it("takes up what a half cannot hold", () => {
    const encoding = { kind: "float16" } as const;
    const [global, update] = [vector(0), vector(100_000)];
    const first = encodeUpdate({ encoding, global, update, feedback: new Float32Array(1), random: seededRandom(1) });
    expect([...decodeUpdate(first.bytes, global).values]).toEqual([65_504]);
    expect([...(first.feedback ?? [])]).toEqual([34_496]);
  });

  it("is not made for who does not remember", () => {
    const global = vector(0, 0);
    expect(
      encodeUpdate({ encoding: encodings[0] as UpdateEncoding, global, update: global, random: seededRandom(1) })
        .feedback,
    ).toBeUndefined();
  });
});

describe("the length of an encoded update", () => {
  it("is never above the bound that its layout gives, and for a coding of every value next to it", () => {
    fc.assert(
      fc.property(parameterSets, parameterSets, fc.constantFrom(...encodings), (global, update, encoding) => {
        const { bytes } = encodeUpdate({ encoding, global, update, random: seededRandom(1) });
        const bound = maximumEncodedBytes(layout, encoding);
        expect(bytes.byteLength).toBeLessThanOrEqual(bound);
        if (encoding.kind !== "top-k") expect(bound - bytes.byteLength).toBeLessThan(64);
      }),
    );
  });

  it("of LeNet-5 is a half, a quarter, and with 1 % of the values a thirtieth of its parameters", () => {
    const lenet = parameterLayout(lenet5);
    const whole = parameterFileByteLength(lenet);
    const share = (encoding: UpdateEncoding) => maximumEncodedBytes(lenet, encoding) / whole;
    expect(share({ kind: "float16" })).toBeCloseTo(0.5, 2);
    expect(share({ kind: "int8" })).toBeCloseTo(0.257, 2);
    // 618 values of 2 bytes and at most 618 + 61,706 / 127 of places, with a header of about 1.5 kB.
    expect(share({ kind: "top-k", share: 0.01, values: "float16" })).toBeLessThan(1 / 50);
    expect(keptCount(0.01, 61_706)).toBe(618);
  });
});

describe("encoding refuses", () => {
  const encoding = { kind: "float16" } as const;
  const random = seededRandom(1);

  it.each([
    ["an update of another model", { update: vector(1) }, "models.shape-mismatch"],
    ["a NaN", { update: vector(1, Number.NaN) }, "models.non-finite-parameter"],
    ["a feedback of another model", { feedback: new Float32Array(3) }, "models.shape-mismatch"],
    [
      "a feedback with an infinity",
      { feedback: Float32Array.of(0, Number.POSITIVE_INFINITY) },
      "models.non-finite-parameter",
    ],
  ])("%s", (_, wrong, code) => {
    expect(() => encodeUpdate({ encoding, global: vector(0, 0), update: vector(1, 1), random, ...wrong })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
