import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { policyNames } from "../../selection/policies/find-policy.ts";
import { killSpawned, spawnCli } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const folder = temporaryFolder();
afterEach(killSpawned);

const mixed = "examples/fleets/mixed.yaml";
const jsonOf = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, text);
  return path;
}

describe("probselect select --fleet", () => {
  it("prints the candidates as a table, each reason, and what to expect of the round", async () => {
    const { code, stdout } = await runCli("select", "--fleet", mixed);
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("probselect on 8 candidates: lenet5, 1 epoch in batches of 32; deadline 6 s, p_slo 80.0 %");
    expect(lines[2]).toMatch(/^ {2}client +GPU +tier +p +expected +decision +why$/);
    expect(stdout).toMatch(
      /\n {2}jetson-1 +Jetson Orin Nano 8 GB +NVIDIA specs +[\d.>]+% +[\d.]+ s +selected +p ≥ 80%\n/,
    );
    expect(stdout).toMatch(/\n {2}satellite-2 +Jetson TX2 +NVIDIA specs +[\d.]+% +10\.5 s +skipped +link > 6 s\n/);
    expect(stdout).toMatch(/\n {2}visitor +Frobnicator 9000 +unknown GPU +[\d.>]+% +~[\d.]+ s +/);
    expect(stdout).toMatch(/\nReasons\n {2}datacentre-1: Selected: it should take about /);
    expect(stdout).toMatch(
      /\nThe round\n {2}7 of 8 selected; 6\.\d+ of them expected on time; it ends after 6 s at the latest\.\n/,
    );
    expect(stdout).toMatch(/\n {2}! visitor: The catalogue has no row for "Frobnicator 9000"/);
  });

  it("prints the service's answer as one JSON object", async () => {
    const { stdout } = await runCli("select", "--fleet", mixed, "--json");
    const answer = jsonOf(stdout);
    expect(Object.keys(answer)).toEqual([
      "round",
      "policy",
      "decisions",
      "deadlineSeconds",
      "roundEnd",
      "forecast",
      "note",
      "warnings",
    ]);
    expect(answer.decisions).toHaveLength(8);
  });

  it("lets the options win over the file", async () => {
    const settings = '{"share":0.25}';
    const { stdout } = await runCli(
      ...["select", "--fleet", mixed, "--json", "--policy", "fedlim", "--settings", settings, "--round", "9"],
      ...["--model", "resnet18", "--deadline-seconds", "900", "--epochs", "2", "--batch-size", "16"],
    );
    const { policy, round, deadlineSeconds, decisions } = jsonOf(stdout);
    expect({ policy, round, deadlineSeconds }).toEqual({ policy: "fedlim", round: 9, deadlineSeconds: 900 });
    // 0.25 * 8 candidates.
    expect(decisions.filter(({ selected }: { selected: boolean }) => selected)).toHaveLength(2);
    expect(decisions[0].expectedSeconds).toBeGreaterThan(20);
  });

  it("draws by the seed and the round", async () => {
    const chosen = async (...options: string[]) => {
      const { stdout } = await runCli(
        "select",
        "--fleet",
        mixed,
        "--json",
        "--policy",
        "random",
        "--cohort-size",
        "4",
        ...options,
      );
      return jsonOf(stdout).decisions.flatMap((decision: { selected: boolean; clientId: string }) =>
        decision.selected ? [decision.clientId] : [],
      );
    };
    const first = await chosen("--seed", "3");
    expect(await chosen("--seed", "3")).toEqual(first);
    expect(await chosen("--seed", "4")).not.toEqual(first);
    expect(await chosen("--seed", "3", "--round", "2")).not.toEqual(first);
  });

  it("takes a bare list of candidates, and asks about lenet5 if nothing is said", async () => {
    const list = '[{ "clientId": "a", "device": "Tesla T4", "link": "lte", "exampleCount": 500 }]';
    const fleet = await fileOf("fleet.json", list);
    const { stdout } = await runCli("select", "--fleet", fleet, "--deadline-seconds", "60");
    expect(stdout).toMatch(/^probselect on 1 candidate: lenet5, /);
  });

  it("asks a policy of one's own in its first round, also if it learns", async () => {
    const policy = await fileOf("mine.mjs", "export default () => ['desktop-1']; export const learn = () => {};");
    const { stdout } = await runCli("select", "--fleet", mixed, "--policy", policy);
    expect(stdout).toMatch(/^mine\.mjs on 8 candidates/);
    expect(stdout).toMatch(/desktop-1 .* selected +by mine\.mjs/);
    expect(stdout).toContain("desktop-2: Skipped: mine.mjs did not choose it; ");
  });

  it("names the module and the value if a policy of one's own breaks, with exit code 1", async () => {
    const policy = await fileOf("mine.mjs", "export const select = async () => [];");
    const { code, stderr } = await runCli("select", "--fleet", mixed, "--policy", policy);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /The policy mine\.mjs returned a promise from select \(round 1\)\..*\[selection\.invalid-argument\]/,
    );
  });

  it.each<[number, readonly string[], RegExp]>([
    [2, [], /Give one of --fleet FILE, --policies and --serve/],
    [2, ["--fleet", mixed, "--serve"], /Give one of/],
    [2, ["--serve", "--epochs", "3"], /--epochs goes with --fleet/],
    [2, ["--serve", "--port", "99999"], /--port must be a whole number from 0 to 65535/],
    [2, ["--serve", "--maximum-runs", "0"], /--maximum-runs must be/],
    [2, ["--fleet", mixed, "--deadline-seconds", "0"], /the options: slo\.deadlineSeconds: Too small/],
    [2, ["--fleet", mixed, "--settings", "{"], /--settings must be an object in JSON or YAML/],
    [2, ["--fleet", mixed, "--model", "lenet5", "--layers-model", "m.json"], /not both/],
    [1, ["--fleet", "nothing.yaml"], /nothing\.yaml: cannot be read/],
    [1, ["--fleet", "package.json", "--deadline-seconds", "3"], /package\.json: candidates: .*expected array/],
    [1, ["--fleet", mixed, "--policy", "oortt"], /Known policies: probselect/],
    [1, ["--fleet", mixed, "--policy", "./none.mjs"], /There is no file \.\/none\.mjs/],
    [1, ["--fleet", mixed, "--model", "resnet9000"], /resnet9000/],
  ])("exits with %i for %j, with the reason", async (code, options, reason) => {
    const result = await runCli("select", ...options);
    expect(result.stderr).toMatch(reason);
    expect(result.code).toBe(code);
  });

  it("asks for the deadline if nobody states it", async () => {
    const fleet = await fileOf("fleet.yaml", "candidates: []");
    const { code, stderr } = await runCli("select", "--fleet", fleet);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Give the round's deadline: --deadline-seconds 30/);
  });
});

describe("probselect select --policies", () => {
  it("lists every policy with what it needs and its summary", async () => {
    const { code, stdout } = await runCli("select", "--policies");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^policy +needs +selects\nprobselect +static specs +every client whose probability/);
    const { policies } = jsonOf((await runCli("select", "--policies", "--json")).stdout);
    expect(policies.map(({ name }: { name: string }) => name)).toEqual(policyNames);
  });
});

describe("probselect select --serve", () => {
  const request = {
    slo: { deadlineSeconds: 30 },
    workload: { model: "lenet5" },
    candidates: ["a", "b"].map((clientId) => ({ clientId, device: "Tesla T4", link: "lte", exampleCount: 500 })),
  };
  const ask = async (url: string, changes: object = {}) => {
    const body = JSON.stringify({ ...request, ...changes });
    const response = await fetch(`${url}/v1/select`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    return JSON.parse(await response.text());
  };

  it("prints its address as JSON once it listens, answers, and ends with 0 on Ctrl-C", async () => {
    const service = spawnCli("select", "--serve", "--port", "0", "--json");
    const [, url = ""] = await service.saying(/Listening on (\S+);/);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await ask(url)).toMatchObject({ policy: "probselect", decisions: [{ clientId: "a", selected: true }, {}] });
    expect(jsonOf(service.stdout())).toMatchObject({ url, policy: "probselect" });
    service.process.kill("SIGINT");
    expect(await service.exit).toEqual({ code: 0, signal: null });
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it("serves the operator's own policy by the name of its file, and says which runs it drops", async () => {
    const policy = await fileOf("last.mjs", "export const select = ({ candidates }) => [candidates.at(-1).clientId];");
    const service = spawnCli("select", "--serve", "--port", "0", "--policy", policy, "--maximum-runs", "1");
    const [, url = ""] = await service.saying(/Listening on (\S+);/);
    const { decisions } = await ask(url, { runId: "one" });
    expect(decisions.map(({ selected }: { selected: boolean }) => selected)).toEqual([false, true]);
    expect(await ask(url, { policy: "last.mjs" })).toMatchObject({ policy: "last.mjs" });
    expect(await ask(url, { policy: "fedlim", runId: "two" })).toMatchObject({ policy: "fedlim" });
    await service.saying(/Dropped the run one: 1 other was used since/);
    // A request never loads code, be it the module that the command line named.
    expect(await ask(url, { policy })).toMatchObject({ error: { code: "selection.unknown-policy" } });
    const listed = JSON.parse(await (await fetch(`${url}/v1/policies`)).text());
    expect(listed.default).toBe("last.mjs");
    expect(listed.policies.at(-1)).toMatchObject({ name: "last.mjs", needs: "static-specs" });
  });

  it("warns where others than this machine can ask", async () => {
    const service = spawnCli("select", "--serve", "--port", "0", "--host", "0.0.0.0");
    await service.saying(/Whoever reaches 0\.0\.0\.0 can ask: the service has no authentication\./);
  });

  it("says what to do when its port is taken, and exits with 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { code, stderr } = await runCli("select", "--serve", "--port", String((other.address() as AddressInfo).port));
    expect(code).toBe(1);
    expect(stderr).toMatch(/is in use by another program\. Choose another --port/);
    other.close();
  });
});
