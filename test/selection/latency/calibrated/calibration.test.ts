import { describe, expect, it } from "vitest";
import { parseCalibration } from "../../../../selection/latency/calibrated/calibration.ts";
import { measured } from "../../../cli/bench-device/support.ts";
import { calibration, cell, lenet5, mlp } from "./support.ts";

const good = calibration([cell(mlp, 16, 0.002), cell(lenet5, 16, 0.007)]);
const parse = (value: unknown) => parseCalibration(JSON.stringify(value), "a.json");
const malformed = (message: RegExp) =>
  expect.objectContaining({ code: "selection.malformed-calibration", message: expect.stringMatching(message) });
const withCell = (changes: object) => ({ ...good, cells: [{ ...good.cells[0], ...changes }] });

describe("parseCalibration", () => {
  it("reads back what was written", () => {
    expect(parse(good)).toEqual(good);
  });

  it("takes what bench-device adds to a cell, and refuses what nobody knows", () => {
    const { benchmark } = measured("mlp", 0.002);
    expect(parse(withCell({ benchmark })).cells[0]?.benchmark).toEqual(benchmark);
    expect(() => parse(withCell({ benchmark: { ...benchmark, temperature: 60 } }))).toThrow(
      malformed(/cells\.0\.benchmark.*temperature/),
    );
  });

  it("says that torn JSON is not whole, naming the file and what to do", () => {
    const torn = JSON.stringify(good).slice(0, 200);
    expect(() => parseCalibration(torn, "a.json")).toThrow(
      malformed(/^a\.json: is not whole JSON .*probselect calibrate/),
    );
    expect(() => parseCalibration("", "a.json")).toThrow(malformed(/not whole JSON/));
  });

  it.each([
    ["a number", 5],
    ["a list", []],
    ["another format", { ...good, format: "onnx" }],
    ["no format", {}],
  ])("refuses %s as no calibration", (_what, value) => {
    expect(() => parse(value)).toThrow(malformed(/is no calibration: "format" must be "probselect-calibration"/));
  });

  it("refuses another version before it looks at anything else, and says which it reads", () => {
    expect(() => parse({ format: good.format, version: 2 })).toThrow(malformed(/has version 2, .* reads version 1/));
    expect(() => parse({ format: good.format })).toThrow(malformed(/has version missing/));
  });

  it.each([
    ["NaN, which JSON writes as null", null],
    ["a negative one", -0.001],
    ["zero", 0],
    ["a nanosecond", 1e-9],
    ["two hours", 7200],
    ["a text", "0.1"],
  ])("refuses the step time of %s and names its place", (_what, secondsPerStep) => {
    expect(() => parse(withCell({ secondsPerStep }))).toThrow(malformed(/^a\.json: cells\.0\.secondsPerStep: /));
  });

  it("shows the offending value", () => {
    expect(() => parse(withCell({ secondsPerStep: 7200 }))).toThrow(malformed(/\(it is 7200\)/));
  });

  it("refuses a cell twice, but not the same network at another batch size or precision", () => {
    const twice = { ...good, cells: [cell(mlp, 16, 0.002), cell(mlp, 16, 0.003)] };
    expect(() => parse(twice)).toThrow(malformed(/holds the cell "mlp, batch 16, fp32" twice/));
    const apart = [cell(mlp, 16, 0.002), cell(mlp, 32, 0.003), cell(mlp, 16, 0.002, { precision: "fp16" })];
    expect(parse({ ...good, cells: apart }).cells).toHaveLength(3);
  });

  it("refuses a file without cells, an unknown field, and a time that is no time", () => {
    expect(() => parse({ ...good, cells: [] })).toThrow(malformed(/cells: has no cells/));
    expect(() => parse({ ...good, note: "hello" })).toThrow(malformed(/note/));
    expect(() => parse({ ...good, measuredAt: "yesterday" })).toThrow(malformed(/measuredAt: .*"yesterday"/));
  });
});
