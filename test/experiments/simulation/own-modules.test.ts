import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { keyedJob } from "../../../experiments/jobs/job-key.ts";
import type { CellSpec } from "../../../experiments/simulation/cell.ts";
import { requireUnchangedModules } from "../../../experiments/simulation/own-modules.ts";
import { checkScenario } from "../../../experiments/simulation/read-scenario.ts";
import { runCell } from "../../../experiments/simulation/run-cell.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { cellContext } from "./learning/support.ts";
import { errorWith } from "./support.ts";

const folder = temporaryFolder();
const provenance = { probselectVersion: "1.2.3", resultsVersion: 4, measurements: null };

async function written(name: string, text: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, text);
  return path;
}

/** The first cell of a scenario with these modules. */
async function cellOf(policy: string, dataset: string): Promise<CellSpec> {
  const scenario = await checkScenario(
    { rounds: 1, fleet: { size: 5 }, policies: [policy], learning: { dataset } },
    "the test",
  );
  const { name: _name, policies, seed, seeds: _seeds, ...world } = scenario;
  const [first] = policies;
  if (first === undefined) throw new Error("A scenario has a policy.");
  return { world, policy: first, seed };
}

const keyOf = (spec: CellSpec) => keyedJob({ kind: "cell", spec }, provenance).key;
const askAll = "export const select = ({ candidates }) => candidates.map(({ clientId }) => clientId);\n";

describe("modules of the user's own", () => {
  it("name a result by their content, a policy's and a data set's alike", async () => {
    const policy = await written("policy.mjs", askAll);
    const dataset = await written("data.mjs", "export const dataset = 1;\n");
    const before = await cellOf(policy, dataset);
    expect(keyOf(await cellOf(policy, pathToFileURL(dataset).href))).toBe(keyOf(before));
    await written("data.mjs", "export const dataset = 2;\n");
    const otherData = await cellOf(policy, dataset);
    await written("policy.mjs", `${askAll}// another one\n`);
    const otherPolicy = await cellOf(policy, dataset);
    expect(new Set([before, otherData, otherPolicy].map(keyOf)).size).toBe(3);
  });

  it("are none where a policy and a data set of the package are named", async () => {
    const { policy, world } = await cellOf("fedlim", "mnist");
    expect([policy.moduleSha256, world.learning?.datasetSha256]).toEqual([undefined, undefined]);
    expect([policy.name, world.learning?.dataset]).toEqual(["fedlim", "mnist"]);
  });

  it("stop a cell with a sentence when they have changed since the scenario was read", async () => {
    const policy = await written("later.mjs", askAll);
    const dataset = await written("later-data.mjs", "export const dataset = 1;\n");
    const spec = await cellOf(policy, dataset);
    await requireUnchangedModules(spec);
    await written("later-data.mjs", "export const dataset = 3;\n");
    await expect(runCell(spec, cellContext())).rejects.toThrow(
      errorWith(
        "experiments.module-changed",
        `The module of the data set, ${dataset}, has changed since the run began`,
      ),
    );
    await written("later.mjs", "export const select = () => [];\n");
    await expect(runCell(spec, cellContext())).rejects.toThrow(
      errorWith("experiments.module-changed", `The module of the policy, ${policy}, has changed`),
    );
  });

  it("refuse a data set's module that is not there before anything runs", async () => {
    await expect(cellOf("fedlim", "./nowhere.mjs")).rejects.toThrow(
      errorWith("experiments.invalid-scenario", "The scenario's module ./nowhere.mjs cannot be read"),
    );
  });
});
