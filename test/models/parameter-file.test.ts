import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeParameterFile,
  encodeParameterFile,
  parameterFileByteLength,
  parameterLayout,
} from "../../models/parameter-file.ts";
import { createParameterSet, elementCount } from "../../models/parameter-set.ts";
import { lenet5 } from "../../models/zoo.ts";

const layouts = fc
  .uniqueArray(
    fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !/^\d|^__/.test(name)),
    { maxLength: 5 },
  )
  .chain((names) =>
    fc.tuple(
      ...names.map((name) => fc.record({ name: fc.constant(name), shape: fc.array(fc.nat(4), { maxLength: 3 }) })),
    ),
  )
  // Two empty tensors at one offset have no order of their own.
  .filter((layout) => layout.every(({ shape }) => elementCount(shape) > 0));
const sets = layouts.chain((layout) => {
  const length = layout.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return fc.float32Array({ minLength: length, maxLength: length }).map((values) => createParameterSet(layout, values));
});

/** A safetensors file with any header and any data. */
function fileOf(header: string | object, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.byteLength + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.byteLength), true);
  file.set(json, 8);
  return file;
}

const tensor = (shape: readonly number[], begin: number, end: number, dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("a parameter file", () => {
  it("gives back what was written, bit for bit, NaN included", () => {
    fc.assert(
      fc.property(sets, (set) => {
        const file = encodeParameterFile(set);
        const read = decodeParameterFile(file, set.tensors);
        expect(read.tensors.map(({ name, shape }) => ({ name, shape }))).toEqual(
          set.tensors.map(({ name, shape }) => ({ name, shape })),
        );
        expect(Buffer.from(read.values.buffer, read.values.byteOffset, read.values.byteLength)).toEqual(
          Buffer.from(set.values.buffer, set.values.byteOffset, set.values.byteLength),
        );
        expect(file.byteLength).toBe(parameterFileByteLength(set.tensors));
      }),
    );
  });

  it("is safetensors: length, JSON header, values on an 8-byte boundary", () => {
    const file = encodeParameterFile(createParameterSet([{ name: "w", shape: [2] }], Float32Array.of(1.5, -2)));
    const headerBytes = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerBytes)));
    expect(header).toEqual({ w: { dtype: "F32", shape: [2], data_offsets: [0, 8] } });
    expect((8 + headerBytes) % 8).toBe(0);
    const view = new DataView(file.buffer, 8 + headerBytes);
    expect([view.getFloat32(0, true), view.getFloat32(4, true)]).toEqual([1.5, -2]);
  });

  it("is read without a copy where its alignment allows, and with one elsewhere", () => {
    const set = createParameterSet([{ name: "w", shape: [3] }], Float32Array.of(1, 2, 3));
    const file = encodeParameterFile(set);
    expect(decodeParameterFile(file).values.buffer).toBe(file.buffer);
    const shifted = new Uint8Array(file.byteLength + 1).subarray(1);
    shifted.set(file);
    expect([...decodeParameterFile(shifted).values]).toEqual([1, 2, 3]);
    expect([...decodeParameterFile(Buffer.from(shifted.buffer, 1)).values]).toEqual([1, 2, 3]);
  });

  it("passes over metadata", () => {
    const file = fileOf({ __metadata__: { format: "pt" }, w: tensor([1], 0, 4) }, 4);
    expect(decodeParameterFile(file).tensors.map(({ name }) => name)).toEqual(["w"]);
  });

  it("of LeNet-5 has 61,706 values after its header", () => {
    const bytes = parameterFileByteLength(parameterLayout(lenet5));
    expect(bytes - 4 * 61_706).toBeGreaterThan(0);
    expect(bytes - 4 * 61_706).toBeLessThan(2048);
  });
});

describe("a file that is none", () => {
  it.each([
    ["nothing", new Uint8Array(0), /0 bytes, fewer than its length field/],
    ["a header longer than the file", fileOf("{}", 0).subarray(0, 9), /states a header of 2 bytes but has 9/],
    [
      "a header of 2^63 bytes",
      new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0x80, 1]),
      /states a header of 9223372036854775808/,
    ],
    ["a header that is not JSON", fileOf("hello", 0), /not JSON/],
    ["a header that is not UTF-8", new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 0xff]), /not JSON in UTF-8/],
    ["a list as header", fileOf("[]", 0), /not a JSON object/],
    ["another type", fileOf({ w: tensor([1], 0, 2, "F16") }, 2), /"w" has a wrong dtype \(only F32/],
    ["a negative dimension", fileOf({ w: tensor([-1], 0, 4) }, 4), /"w" has a wrong shape\.0/],
    ["a dimension beyond all numbers", fileOf({ w: tensor([2 ** 60], 0, 4) }, 4), /"w" has a wrong shape\.0/],
    [
      "a gap",
      fileOf({ a: tensor([1], 0, 4), b: tensor([1], 8, 12) }, 12),
      /"b" begins at byte 8 of the data instead of 4/,
    ],
    ["an overlap", fileOf({ a: tensor([2], 0, 8), b: tensor([1], 4, 8) }, 8), /"b" begins at byte 4/],
    ["a shape that lies", fileOf({ w: tensor([3], 0, 4) }, 4), /"w" of shape \[3\] has 4 bytes/],
    ["an end cut off", fileOf({ w: tensor([2], 0, 8) }, 4), /need 8 bytes of data but it has 4/],
    ["bytes too many", fileOf({ w: tensor([1], 0, 4) }, 5), /need 4 bytes of data but it has 5/],
  ])("is refused: %s", (_, file, sentence) => {
    expect(() => decodeParameterFile(file)).toThrow(
      expect.objectContaining({ code: "models.malformed-parameter-file", message: expect.stringMatching(sentence) }),
    );
  });

  it("never crashes the reader, whatever its bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeParameterFile(bytes);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: "models.malformed-parameter-file" });
        }
      }),
    );
  });

  it("is refused if it holds the parameters of another model", () => {
    const file = encodeParameterFile(createParameterSet([{ name: "w", shape: [2] }]));
    expect(() => decodeParameterFile(file, [{ name: "w", shape: [3] }])).toThrow(
      expect.objectContaining({
        code: "models.shape-mismatch",
        message: expect.stringContaining("[2] instead of [3]"),
      }),
    );
  });
});
