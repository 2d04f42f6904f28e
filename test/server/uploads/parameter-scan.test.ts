import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeParameterFile } from "../../../models/parameter-file.ts";
import { createParameterSet, type TensorLayout } from "../../../models/parameter-set.ts";
import { ParameterScan } from "../../../server/uploads/parameter-scan.ts";

const layout: readonly TensorLayout[] = [
  { name: "kernel", shape: [100, 200] },
  { name: "bias", shape: [7] },
];
const VALUE_COUNT = 20_007;
const fileWith = (values = new Float32Array(VALUE_COUNT), of = layout) =>
  encodeParameterFile(createParameterSet(of, values));

/** Scans the file in chunks that end at the cuts. */
function scan(file: Uint8Array, cuts: readonly number[] = []) {
  const scanning = new ParameterScan(file.byteLength, layout);
  const ends = [...cuts, file.byteLength].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    scanning.update(file.subarray(from, end));
    from = end;
  }
  return scanning.finish();
}

describe("the scan of a parameter file that streams by", () => {
  it("finds nothing wrong with a good one, however it is cut", () => {
    const file = fileWith();
    const isFine = fc.property(fc.array(fc.nat({ max: file.byteLength })), (cuts) => {
      expect(scan(file, cuts)).toBeUndefined();
    });
    fc.assert(isFine);
  });

  it("names the first value that is not finite, wherever it lies and however the file is cut", () => {
    const file = fileWith();
    const isFound = fc.property(
      fc.nat({ max: VALUE_COUNT - 1 }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      fc.array(fc.nat({ max: file.byteLength }), { maxLength: 5 }),
      (index, bad, cuts) => {
        const values = new Float32Array(VALUE_COUNT);
        values[index] = bad;
        values[VALUE_COUNT - 1] = Number.NaN;
        expect(scan(fileWith(values), cuts)).toEqual({
          code: "models.non-finite-parameter",
          reason: `Parameter ${index} of the update is ${values[index]}. Lower the learning rate.`,
        });
      },
    );
    fc.assert(isFound);
  });

  it.each([
    ["fewer bytes than its length field has", new Uint8Array(3), "models.malformed-parameter-file"],
    ["an empty header", new Uint8Array(16), "models.malformed-parameter-file"],
    ["a header longer than the file", new Uint8Array(64).fill(255), "models.malformed-parameter-file"],
    ["other tensors", fileWith(undefined, [{ name: "kernel", shape: [VALUE_COUNT] }]), "models.shape-mismatch"],
  ])("refuses %s", (_, file, code) => {
    expect(scan(file)).toMatchObject({ code });
  });

  it("goes on twice from where it was forked", () => {
    const good = fileWith();
    const bad = fileWith(new Float32Array(VALUE_COUNT).fill(Number.NaN, 15_000));
    const half = Math.ceil(good.byteLength / 2);
    const one = new ParameterScan(good.byteLength, layout);
    one.update(good.subarray(0, half));
    const other = one.fork();
    one.update(bad.subarray(half));
    other.update(good.subarray(half));
    expect(one.finish()).toMatchObject({ reason: expect.stringContaining("Parameter 15000 of the update is NaN") });
    expect(other.finish()).toBeUndefined();
  });
});
