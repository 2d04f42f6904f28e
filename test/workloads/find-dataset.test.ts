import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findDataset } from "../../workloads/find-dataset.ts";
import { mnist } from "../../workloads/mnist.ts";

describe("finding a data set", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "probselect-find-dataset-"));
    const functions = "loadTrainingLabels() {}, loadTraining() {}, loadTest() {}";
    await writeFile(join(folder, "good.mjs"), `export const dataset = { name: "mine", ${functions} };`);
    await writeFile(join(folder, "incomplete.mjs"), `export const dataset = { name: "mine", loadTest() {} };`);
    await writeFile(join(folder, "other.mjs"), `export const data = 1;`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("knows MNIST by name", async () => {
    expect(await findDataset("mnist")).toBe(mnist);
  });

  it("takes a module's `dataset` from a path and from a file URL", async () => {
    const path = join(folder, "good.mjs");
    expect((await findDataset(path)).name).toBe("mine");
    expect((await findDataset(pathToFileURL(path).href)).name).toBe("mine");
  });

  it.each([
    ["fashion", "workloads.dataset-missing", 'No data set is named "fashion". Known: mnist'],
    ["toString", "workloads.dataset-missing", 'No data set is named "toString"'],
    ["./no-such-module.js", "workloads.dataset-missing", "does not load"],
  ])("refuses %s with %s", async (name, code, reason) => {
    await expect(findDataset(name)).rejects.toMatchObject({ code, message: expect.stringContaining(reason) });
  });

  it.each(["incomplete.mjs", "other.mjs"])("refuses a module without a usable `dataset`: %s", async (name) => {
    await expect(findDataset(join(folder, name))).rejects.toMatchObject({
      code: "workloads.malformed-dataset",
      message: expect.stringContaining("loadTrainingLabels, loadTraining, loadTest"),
    });
  });
});
