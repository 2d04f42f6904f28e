import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readScenario } from "../../experiments/simulation/read-scenario.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const folder = temporaryFolder();
const small = [
  "name: small",
  "seeds: 2",
  "rounds: 6",
  "requiredUpdates: 3",
  "fleet: { size: 40, population: desktop }",
  "policies:",
  "  - { name: fedlim, cohortSize: 5 }",
  "  - { name: quorum, settings: { requiredUpdates: 3 } }",
].join("\n");

async function scenario(text: string): Promise<string> {
  const path = join(folder.path, "scenario.yaml");
  await writeFile(path, text);
  return path;
}

async function simulate(name: string, ...more: readonly string[]) {
  const file = await scenario(small);
  const out = join(folder.path, name);
  const cache = join(folder.path, `${name}-cache`);
  const result = await runCli("simulate", "--scenario", file, "--out", out, "--cache", cache, "--json", ...more);
  return { ...result, out };
}

const filesIn = (out: string) =>
  readdirSync(out, { recursive: true, encoding: "utf8" })
    .sort()
    .filter((name) => name.includes("."))
    .map((name) => [name, readFileSync(join(out, name), "utf8")]);

describe("probselect simulate", () => {
  it("writes page, runs, summary and figures, the same bytes on one thread and on two", async () => {
    const [one, two] = [await simulate("one", "--threads", "1"), await simulate("two", "--threads", "2")];
    expect([one.code, two.code]).toEqual([0, 0]);
    const { headline, files, truth } = JSON.parse(one.stdout.trim().split("\n").at(-1) ?? "");
    expect(truth).toMatch(/^L1: /);
    expect(headline["sloComplianceMicro:fedlim"].estimate).toBeGreaterThan(0);
    expect(existsSync(files.page)).toBe(true);
    // Two policies, two seeds.
    expect(readFileSync(files.records, "utf8").trim().split("\n")).toHaveLength(4);
    expect(filesIn(one.out)).toEqual(filesIn(two.out));
  });

  it("finds a second time what it has computed, and tells progress on stderr", async () => {
    const first = await simulate("again");
    const second = await simulate("again");
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain("4 of 4 runs, 4 from the cache");
  });

  it.each([
    ["an unknown key", "fleett: {}", 'Unrecognized key: "fleett"'],
    ["a policy that does not exist", "policies: [oortt]", 'No selection policy is named "oortt"'],
    ["two policies of one label", "policies: [fedlim, fedlim]", '"fedlim" is there twice. Give each its own label'],
    ["a population that does not exist", "fleet: { population: moon }", "moon"],
    [
      "a workload that was not measured",
      "workload: { measured: pytorch/resnet19/fp32/12 }",
      "pytorch/resnet18/fp32/12",
    ],
  ])("refuses %s with a sentence", async (_what, text, message) => {
    const file = await scenario(text);
    const cache = join(folder.path, "cache");
    const { code, stderr } = await runCli("simulate", "--scenario", file, "--cache", cache, "--out", folder.path);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("unexpected error");
  });

  it("lists measured workloads and populations, and asks for a scenario without", async () => {
    const workloads = await runCli("simulate", "--workloads", "--json");
    expect(JSON.parse(workloads.stdout).map(({ key }: { key: string }) => key)).toContain("pytorch/resnet18/fp32/12");
    expect((await runCli("simulate", "--populations")).stdout).toContain("edge-heavy");
    expect((await runCli("simulate")).code).toBe(2);
    expect((await runCli("simulate", "--scenario", "x", "--threads", "0")).stderr).not.toContain("unexpected error");
  });
});

describe("the scenarios that come with the package", () => {
  it.each(readdirSync("examples/scenarios"))("%s is one", async (name) => {
    const { policies, rounds } = await readScenario(join("examples/scenarios", name));
    expect(policies.length).toBeGreaterThan(2);
    expect(rounds).toBe(200);
  });
});
