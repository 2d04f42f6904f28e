// Where the measurements are beside the repository: what the package holds is what `npm run measured` gets from them.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fitRoofline, predictStep } from "../../../experiments/forecast-accuracy/fit/fit-roofline.ts";
import { gpuOf } from "../../../experiments/forecast-accuracy/fit/leave-out.ts";
import { readStudyData } from "../../../experiments/forecast-accuracy/study/study-data.ts";
import { exampleCountFiles } from "../../../experiments/measured/derive/measured-tables.ts";
import { type ExampleCountName, exampleCountsOf } from "../../../experiments/measured/example-counts.ts";
import { findMeasuredWorkload } from "../../../experiments/measured/measured-workloads.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const data = fileURLToPath(new URL("../../../../shared/data", import.meta.url));
const isPresent = existsSync(data);
if (!isPresent) console.warn(`Left out: the measurements are not at ${data}.`);

const runScript = (...given: string[]) =>
  spawnSync(process.execPath, ["--import", "tsx", "scripts/measured.ts", ...given], { cwd: root, encoding: "utf8" });

describe("npm run measured", () => {
  it.runIf(isPresent)(
    "gives the tables that the package holds, byte by byte",
    () => {
      expect(runScript("--data", data, "--check")).toMatchObject({
        ...{ status: 0, stderr: "" },
        stdout: "The measured tables are as the measurements give them (4 checked).\n",
      });
    },
    120_000,
  );

  it("says how it is used where nobody says where the measurements are", () => {
    const { status, stderr } = runScript();
    expect([status, stderr]).toEqual([2, expect.stringContaining("npm run measured -- --data ../shared/data")]);
  });

  it("says in a sentence that the measurements are not where they were said to be", () => {
    const { status, stderr } = runScript("--data", "/nope");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^There are no measurements in \/nope\/gpu\. .*\n$/)]);
  });
});

describe.skipIf(!isPresent)("a cell of the table", () => {
  it("has the measured seconds, and the forecast of a fit by hand without its GPU and its network", () => {
    const { cnn } = readStudyData((file) => readFileSync(join(data, "gpu", file), "utf8"));
    const step = cnn.find(
      (each) =>
        each.source === "torchvision" &&
        gpuOf(each) === "GeForce RTX 3090" &&
        each.network === "resnet18" &&
        each.precision === "fp32",
    ) as (typeof cnn)[number];
    const unseen = cnn.filter(
      (each) => each.precision === "fp32" && gpuOf(each) !== gpuOf(step) && each.network !== "resnet18",
    );
    const cell = findMeasuredWorkload("pytorch/resnet18/fp32/12").cells.find(({ gpu }) => gpu === "GeForce RTX 3090");
    expect(cell?.stepSeconds).toBeCloseTo(step.stepSeconds, 6);
    expect(cell?.forecastSeconds).toBeCloseTo(predictStep(step, fitRoofline(unseen)), 6);
  });
});

describe.skipIf(!isPresent)("the measured example counts", () => {
  it.each(Object.entries(exampleCountFiles))("of %s have the mean of their file within 2.5 %%", (name, file) => {
    const values = readFileSync(join(data, "devices", file), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map(Number);
    const { quantile } = exampleCountsOf(name as ExampleCountName);
    const drawn = Array.from({ length: 20_000 }, (_, index) => quantile((index + 0.5) / 20_000));
    const meanOf = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
    expect(Math.abs(meanOf(drawn) / meanOf(values) - 1)).toBeLessThan(0.025);
  });
});
