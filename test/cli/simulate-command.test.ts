import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
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

  it("names on its page the command that makes the page again, whatever was changed by options", async () => {
    const { out } = await simulate("changed", "--rounds", "3", "--seed", "7", "--seeds", "1");
    const page = readFileSync(join(out, "small.html"), "utf8");
    expect(page).toContain("probselect simulate --scenario scenario.yaml --rounds 3 --seed 7 --seeds 1");
    const { out: plain } = await simulate("plain");
    expect(readFileSync(join(plain, "small.html"), "utf8")).toMatch(
      /probselect simulate --scenario scenario\.yaml\s*</,
    );
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
    ["more rounds than a result can hold", "rounds: 100001", "rounds: At most 100000 rounds"],
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
    const rounds = await runCli("simulate", "--scenario", "examples/scenarios/mixed.yaml", "--rounds", "1000000");
    expect([rounds.code, rounds.stderr]).toEqual([2, expect.stringContaining("from 1 to 100000, not 1000000")]);
    expect((await runCli("simulate", "--scenario", "x", "--threads", "0")).stderr).not.toContain("unexpected error");
  });
});

describe("probselect simulate --journals", () => {
  const learning = [
    "name: learns",
    "rounds: 2",
    "fleet: { size: 6, examples: { least: 50, most: 80 } }",
    "workload: { model: logistic-regression }",
    "learning: { model: logistic-regression }",
    "policies: [{ name: random, label: by chance, cohortSize: 3 }, { name: fedlim, cohortSize: 3 }]",
  ].join("\n");

  it("writes a journal of each run that trains, which reports are made from, also where the result was kept", async () => {
    const [file, out, cache] = [
      await scenario(learning),
      join(folder.path, "learns"),
      join(folder.path, "learns-cache"),
    ];
    const run = () =>
      runCli("simulate", "--scenario", file, "--out", out, "--cache", cache, "--journals", "--threads", "1", "--json");
    const first = await run();
    expect(first.stderr).toContain(`are in ${join(out, "journals")}`);
    const page = readFileSync(join(out, "learns.html"), "utf8");
    expect(Object.keys(JSON.parse(first.stdout).headline)).toContain("finalAccuracy:by chance");
    expect(page).toContain("figure-accuracy-virtual-hours");
    expect(page).toContain("final accuracy");
    expect(readFileSync(join(out, "learns.ndjson"), "utf8")).toMatch(/"finalAccuracy":0\.\d+/);
    expect(readFileSync(join(out, "learns.csv"), "utf8")).toContain("finalAccuracyLow");
    const [name = "", ...others] = readdirSync(join(out, "journals")).sort();
    expect(name).toMatch(/^by-chance-seed-1-[0-9a-f]{8}\.ndjson$/);
    expect(others).toEqual([expect.stringMatching(/^fedlim-seed-1-[0-9a-f]{8}\.ndjson$/)]);
    const journal = join(out, "journals", name);
    const { stdout } = await runCli("report", journal, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ runName: "by-chance", finishedRounds: 2 });
    await rm(journal);
    const again = await run();
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toContain("of 2 runs, 1 from the cache");
    expect(existsSync(journal)).toBe(true);
    // Three processes, two of which train.
  }, 180_000);

  it("is refused where nothing is trained, and with a queue", async () => {
    const refusal = async (text: string, ...more: readonly string[]) =>
      (await runCli("simulate", "--scenario", await scenario(text), "--journals", ...more)).stderr;
    expect(await refusal(small)).toContain("without training there is no journal");
    expect(await refusal(learning, "--queue", "redis://127.0.0.1:1")).toContain("Run it on one machine");
  });
});

describe("a scenario that trains nothing", () => {
  it("says nothing of accuracy", async () => {
    const { stdout, out } = await simulate("no-training");
    expect(stdout + filesIn(out).flat().join("")).not.toMatch(/final accuracy|finalAccuracy/i);
  });
});

describe("the scenarios that come with the package", () => {
  it.each(readdirSync("examples/scenarios"))("%s is one", async (name) => {
    const { policies, rounds } = await readScenario(join("examples/scenarios", name));
    expect(policies.length).toBeGreaterThan(2);
    expect(rounds).toBe(200);
  });
});
