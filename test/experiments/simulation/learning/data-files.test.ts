import { describe, expect, it } from "vitest";
import { requireUnchangedModules } from "../../../../experiments/simulation/own-modules.ts";
import { checkScenario } from "../../../../experiments/simulation/read-scenario.ts";
import { useDataFolder } from "../../../workloads/files/data-folder.ts";

const { write } = useDataFolder();
const scenarioOf = (learning: Readonly<Record<string, unknown>>) => checkScenario({ learning }, "the test");

describe("a scenario that learns from files", () => {
  it("is known by what they hold, wherever they lie, and refused once they have changed", async () => {
    const file = await write("train.csv", "x,label\n1,a\n2,b\n");
    const copy = await write("elsewhere/train.csv", "x,label\n1,a\n2,b\n");
    const { learning, policies, ...world } = await scenarioOf({ dataset: `${file}?label=label` });
    expect(learning?.dataset).toBe(`${file}?label=label`);
    expect(learning?.datasetSha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await scenarioOf({ dataset: copy })).learning?.datasetSha256).toBe(learning?.datasetSha256);
    const policy = policies[0];
    if (!policy) throw new Error("A scenario has a policy.");
    const cell = { policy, world: { ...world, learning }, seed: 1 };
    await requireUnchangedModules(cell);
    await write("train.csv", "x,label\n1,a\n2,a\n");
    await expect(requireUnchangedModules(cell)).rejects.toMatchObject({
      code: "experiments.module-changed",
      message: expect.stringContaining("The files of the data set"),
    });
  });

  it.each([
    ["dirichlet", /learning\.partition: The partition "dirichlet" is not known/],
    [
      "quantity:0.5",
      /learning\.partition: "quantity:0.5" draws how many examples each client has, but here the fleet says so/,
    ],
  ])("is refused with the partition %s before anything runs", async (partition, message) => {
    await expect(scenarioOf({ partition })).rejects.toThrow(message);
  });

  it.each(["iid", "shards:2", "labels:3", "natural"])("may have the partition %s", async (partition) => {
    expect((await scenarioOf({ partition })).learning?.partition).toBe(partition);
  });
});
