import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { decodeUpdate } from "../../../models/compression/decode-update.ts";
import { encodeUpdate } from "../../../models/compression/encode-update.ts";
import { maximumEncodedBytes } from "../../../models/compression/maximum-encoded-bytes.ts";
import type { UpdateEncoding } from "../../../models/compression/update-encoding.ts";
import { createParameterSet, layoutDifference } from "../../../models/parameter-set.ts";
import { encodeTensorFile, type StoredTensor, type ValueType } from "../../../models/safetensors-file.ts";
import { encodings, layout, parameterCount } from "./encodings.ts";

const random = seededRandom(5, "updates");
const noisy = () =>
  createParameterSet(
    layout,
    Float32Array.from({ length: parameterCount }, () => random.next() - 0.5),
  );
const global = noisy();
const files = encodings.map((encoding) => encodeUpdate({ encoding, global, update: noisy(), random }).bytes);

/** A model of two parameters, and files about it. */
const small = createParameterSet([{ name: "w", shape: [2] }], Float32Array.of(1, 2));

function tensor(name: string, type: ValueType, shape: readonly number[], bytes: readonly number[]): StoredTensor {
  return { name, type, shape, bytes: Uint8Array.from(bytes) };
}

const file = (encoding: string, ...tensors: readonly StoredTensor[]) =>
  encodeTensorFile(tensors, { encoding, version: "1" });
/** Little-endian bytes of Float32 numbers. */
const floats = (...values: number[]) => [...new Uint8Array(Float32Array.from(values).buffer)];

function withHeader(header: string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.byteLength + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.byteLength), true);
  bytes.set(json, 8);
  return bytes;
}

/** Sparse halves 1 and 1 at the places that the bytes say. */
const sparse = (form: "bitmap" | "gaps", places: readonly number[]) =>
  file("top-k", tensor("w:values", "F16", [2], [0, 0x3c, 0, 0x3c]), tensor(`w:${form}`, "U8", [places.length], places));

describe("an encoded update", () => {
  it("by hand: halves 1 and -2 on [1, 2]", () => {
    expect([...decodeUpdate(file("float16", tensor("w", "F16", [2], [0, 0x3c, 0, 0xc0])), small).values]).toEqual([
      2, 0,
    ]);
  });

  it("by hand: 4 and -127 steps of 0.5 on [1, 2]", () => {
    const bytes = file("int8", tensor("w", "I8", [2], [4, 129]), tensor("w:scale", "F32", [1], floats(0.5)));
    expect([...decodeUpdate(bytes, small).values]).toEqual([3, -61.5]);
  });

  it.each(["bitmap", "gaps"] as const)("by hand: both places of two in %s", (form) => {
    const places = form === "bitmap" ? [0b11] : [0, 0];
    expect([...decodeUpdate(sparse(form, places), small).values]).toEqual([2, 3]);
  });

  it("is read at any alignment, from a Buffer too", () => {
    for (const bytes of files) {
      const shifted = Buffer.alloc(bytes.byteLength + 1).subarray(1);
      shifted.set(bytes);
      expect(decodeUpdate(shifted, global)).toEqual(decodeUpdate(bytes, global));
    }
  });
});

describe("an update that is refused", () => {
  const half = tensor("w", "F16", [2], [0, 0, 0, 0]);
  const steps = tensor("w", "I8", [2], [1, 1]);
  const scale = (value: number) => tensor("w:scale", "F32", [1], floats(value));
  const unmarked = encodeTensorFile([half]);
  const otherVersion = encodeTensorFile([half], { encoding: "float16", version: "2" });

  it.each([
    ["has no metadata", unmarked, /encoding "undefined"/],
    ["has an unknown encoding", file("zip", half), /encoding "zip"/],
    ["has another version", otherVersion, /version is "2" instead of "1"/],
    ["has not its tensor", file("float16", tensor("v", "F16", [2], [0, 0, 0, 0])), /no tensor "w"/],
    ["has another type", file("float16", tensor("w", "F32", [2], floats(0, 0))), /is F32 instead of F16/],
    ["has another shape", file("float16", tensor("w", "F16", [1, 2], [0, 0, 0, 0])), /shape \[1,2\] instead of \[2\]/],
    ["has a tensor too many", file("float16", half, tensor("x", "U8", [1], [0])), /"x" does not belong/],
    [
      "has a half that is NaN",
      file("float16", tensor("w", "F16", [2], [0, 0, 1, 0x7c])),
      /value 1 of tensor "w" is NaN/,
    ],
    ["has a half that is infinite", file("float16", tensor("w", "F16", [2], [0, 0xfc, 0, 0])), /is -Infinity/],
    ["has no scale", file("int8", steps), /no tensor "w:scale"/],
    [
      "has two scales for one block",
      file("int8", steps, tensor("w:scale", "F32", [2], floats(1, 1))),
      /\[2\] instead of \[1\]/,
    ],
    ["has a NaN for a scale", file("int8", steps, scale(Number.NaN)), /"w:scale" is NaN/],
    ["has an infinite scale", file("int8", steps, scale(Number.POSITIVE_INFINITY)), /is Infinity/],
    ["has a scale below 0", file("int8", steps, scale(-1)), /scale 0 of tensor "w" is -1/],
    ["has -128 steps", file("int8", tensor("w", "I8", [2], [128, 0]), scale(1)), /is -128 steps/],
    ["has a place beyond its tensor", sparse("gaps", [0, 1]), /index 2 is beyond/],
    ["has fewer places than values", sparse("bitmap", [0b1]), /1 bits set but there are 2/],
    [
      "has its places as a matrix",
      file("top-k", tensor("w:values", "F16", [0], []), tensor("w:gaps", "U8", [0, 0], [])),
      /instead of a list/,
    ],
    [
      "has places of both kinds",
      file(
        "top-k",
        tensor("w:values", "F16", [0], []),
        tensor("w:gaps", "U8", [0], []),
        tensor("w:bitmap", "U8", [1], [0]),
      ),
      /"w:gaps" does not belong/,
    ],
  ])("because it %s", (_, bytes, message) => {
    expect(() => decodeUpdate(bytes, small)).toThrow(
      expect.objectContaining({ code: "models.malformed-update", message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ["another encoding", { kind: "int8" } as const, files[0], /float16 instead of int8/],
    ["other values", { kind: "top-k", share: 0.1, values: "float32" } as const, files[2], /F16 instead of F32/],
    ["more values", { kind: "top-k", share: 0.05, values: "float16" } as const, files[2], /holds 4 values, where 2/],
  ])("because it holds %s than the task asked for", (_, expected: UpdateEncoding, bytes, message) => {
    expect(() => decodeUpdate(bytes as Uint8Array, global, expected)).toThrow(
      expect.objectContaining({ code: "models.malformed-update", message: expect.stringMatching(message) }),
    );
  });

  it("because it is longer than any update of that model, before a byte of it is read", () => {
    const most = maximumEncodedBytes(small.tensors, { kind: "top-k", share: 1, values: "float32" });
    expect(() => decodeUpdate(new Uint8Array(most + 2000), small)).toThrow(
      expect.objectContaining({
        code: "models.malformed-update",
        message: expect.stringMatching(/no update of that model has more/),
      }),
    );
  });

  it.each([
    ["2^53 - 1 values", '{"w:values":{"dtype":"F16","shape":[9007199254740991],"data_offsets":[0,4]}}'],
    ["2^400 values", `{"w":{"dtype":"I8","shape":[${Array(8).fill(2 ** 50)}],"data_offsets":[0,4]}}`],
    ["data that the file has not", '{"w":{"dtype":"U8","shape":[1000000000000],"data_offsets":[0,1000000000000]}}'],
    ["texts of numbers in its metadata", '{"__metadata__":{"encoding":1}}'],
  ])("because it claims %s", (_, header) => {
    expect(() => decodeUpdate(withHeader(header, 4), small)).toThrow(
      expect.objectContaining({ code: "models.malformed-parameter-file" }),
    );
  });

  it("because a parameter would be no Float32 any more", () => {
    const great = createParameterSet([{ name: "w", shape: [2] }], Float32Array.of(3e38, 0));
    const bytes = file("int8", tensor("w", "I8", [2], [127, 0]), tensor("w:scale", "F32", [1], floats(3e36)));
    expect(() => decodeUpdate(bytes, great)).toThrow(expect.objectContaining({ code: "models.non-finite-parameter" }));
  });
});

describe("whatever bytes come", () => {
  const codes = ["models.malformed-parameter-file", "models.malformed-update", "models.non-finite-parameter"];

  const dataOffset = (bytes: Uint8Array) => 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));

  function expectFiniteOrRefused(bytes: Uint8Array, expected?: UpdateEncoding): "read" | "refused" {
    try {
      const { tensors, values } = decodeUpdate(bytes, global, expected);
      expect(layoutDifference(global.tensors, tensors)).toBeUndefined();
      expect(values.every(Number.isFinite)).toBe(true);
      return "read";
    } catch (thrown) {
      expect(codes).toContain((thrown as { readonly code?: string }).code);
      return "refused";
    }
  }

  it("a file with some bytes changed gives finite parameters or an error with a code", () => {
    const tally = { read: 0, refused: 0 };
    const changes = fc.array(fc.tuple(fc.nat(10_000), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.nat(files.length - 1),
        changes,
        fc.boolean(),
        fc.boolean(),
        (which, changed, isStrict, isWhole) => {
          const bytes = (files[which] as Uint8Array).slice();
          const reached = isWhole ? bytes : bytes.subarray(dataOffset(bytes));
          for (const [position, byte] of changed) reached[position % reached.length] = byte;
          tally[expectFiniteOrRefused(bytes, isStrict ? encodings[which] : undefined)]++;
        },
      ),
      { numRuns: 3000 },
    );
    // Half of the files have changes in their data only, which mostly stay readable.
    expect(Math.min(tally.read, tally.refused)).toBeGreaterThan(100);
  });

  it("so does a file whose header has other numbers", () => {
    const digits = fc.array(fc.tuple(fc.nat(10_000), fc.constantFrom(..."0123456789-e.,")), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.nat(files.length - 1), digits, (which, changed) => {
        const bytes = (files[which] as Uint8Array).slice();
        const places = [...bytes.subarray(8, dataOffset(bytes)).entries()].filter(
          ([, byte]) => byte >= 0x30 && byte <= 0x39,
        );
        for (const [position, digit] of changed) {
          const [place] = places[position % places.length] as [number, number];
          bytes[8 + place] = digit.charCodeAt(0);
        }
        expectFiniteOrRefused(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("so does a file that is cut off, has something appended, or is no file at all", () => {
    fc.assert(
      fc.property(fc.nat(files.length - 1), fc.nat(5000), fc.uint8Array({ maxLength: 60 }), (which, length, tail) => {
        const bytes = files[which] as Uint8Array;
        expectFiniteOrRefused(Uint8Array.from([...bytes.subarray(0, length % bytes.length), ...tail]));
        expectFiniteOrRefused(Uint8Array.from([...bytes, ...tail]));
        expectFiniteOrRefused(tail);
      }),
      { numRuns: 300 },
    );
  });
});
