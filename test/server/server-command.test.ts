// The verb as its users start it: a process of its own, real sockets, real evaluation on MNIST.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { initialParameters } from "../../models/initial-parameters.ts";
import { encodeParameterFile } from "../../models/parameter-file.ts";
import { mlp } from "../../models/zoo.ts";
import { readJournal } from "../../server/journal/read-journal.ts";
import { compiledPath, repositoryRoot } from "../support/compiled.ts";
import { ScriptedAgent } from "./support/scripted-agent.ts";

let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "server-command-"));
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

interface Output {
  stdout: string;
  stderr: string;
}

function start(...options: string[]) {
  const output: Output = { stdout: "", stderr: "" };
  const args = [compiledPath("cli/main.ts"), "server", "--out", folder, ...options];
  const started = spawn(process.execPath, args, { cwd: repositoryRoot, stdio: ["ignore", "pipe", "pipe"] });
  child = started;
  const exit = once(started, "close").then(([code]: unknown[]) => code);
  started.stdout.on("data", (text) => {
    output.stdout += text;
  });
  const url = new Promise<string>((resolve, reject) => {
    exit.then(() => reject(new Error(`it ended before it listened: ${output.stderr}`)));
    started.stderr.on("data", (text) => {
      output.stderr += text;
      const found = /Listening on (\S+);/.exec(output.stderr)?.[1];
      if (found) resolve(found);
    });
  });
  url.catch(() => {}); // only awaited by the tests that expect it to listen
  return { output, exit, url, child: started };
}

/** Everybody is selected, and the model is small. */
const small = "{ model: mlp, rounds: 5, selection: { policy: fedlim, cohortSize: 2 } }";

async function startSmall(...options: string[]) {
  return startConfig(small, ...options);
}

async function startConfig(content: string, ...options: string[]) {
  const config = join(folder, "run.yaml");
  await writeFile(config, content);
  return start("--config", config, "--port", "0", "--rounds", "1", ...options);
}

describe("probselect server", () => {
  it("runs the rounds, scores the model on the test split and ends with the summary as JSON", async () => {
    const { output, exit, url } = await startSmall("--json");
    const agents = [await ScriptedAgent.join(await url, "a"), await ScriptedAgent.join(await url, "b")];
    const update = encodeParameterFile(initialParameters(mlp, 7));
    const farewells = agents.map((agent) => agent.runFinished());
    await Promise.all(agents.map((agent) => agent.deliver(update)));
    await Promise.all(farewells);
    expect(await exit).toBe(0);
    const summary = JSON.parse(output.stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(summary).toMatchObject({
      rounds: 1,
      failedRounds: 0,
      sloCompliance: 1,
      journal: join(folder, "journal.ndjson"),
    });
    expect(summary.testAccuracy).toBeGreaterThan(0);
    expect(output.stderr).toMatch(/Join: probselect client --server http/);
  });

  it("keeps clients out by --exclude, and the journal says which option did", async () => {
    const { exit, url } = await startSmall("--include", "*", "--exclude", "sat-*", "label:paused");
    const agents = [
      await ScriptedAgent.join(await url, "a"),
      await ScriptedAgent.join(await url, "b", { register: { labels: ["paused"] } }),
    ] as const;
    const farewells = agents.map((agent) => agent.runFinished());
    await agents[0].deliver(encodeParameterFile(initialParameters(mlp, 7)));
    await Promise.all(farewells);
    expect(await exit).toBe(0);
    const { records } = await readJournal(join(folder, "journal.ndjson"));
    const plan = records.flatMap((record) => (record.type === "round-planned" ? [record.plan] : []))[0];
    expect(plan?.decisions.map(({ clientId, reasonCode }) => [clientId, reasonCode])).toEqual([
      ["a", "selected"],
      ["b", "excluded-by-rule"],
    ]);
    expect(plan?.decisions[1]?.reason).toContain('the rule exclude "label:paused" keeps it out');
  });

  it("exits with 1 when no round made a model, after the summary", async () => {
    const { output, exit, url } = await startSmall("--json", "--exclude", "*");
    await ScriptedAgent.join(await url, "a");
    await ScriptedAgent.join(await url, "b");
    expect(await exit).toBe(1);
    const summary = JSON.parse(output.stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(summary).toMatchObject({ rounds: 1, failedRounds: 1 });
    expect(output.stderr).toMatch(/Of 1 round, none made a new model\. .*journal\.ndjson\. \[server\.no-updates\]/);
  });

  it("ends cleanly on Ctrl-C: the agents are told, nothing listens any more", async () => {
    const { output, exit, url, child } = await startSmall();
    const agent = await ScriptedAgent.join(await url, "a");
    const farewell = agent.runFinished();
    child.kill("SIGINT");
    expect(await farewell).toMatch(/interrupted.* start it again with the same command/);
    expect(await exit).toBe(1);
    expect(output.stderr).toMatch(/\[server\.interrupted\]/);
    await expect(fetch(`${await url}/v1/health`)).rejects.toThrow();
  });

  it("drains on SIGTERM: a round that is cut short has not failed, and the same command goes on with it", async () => {
    const brief =
      "{ model: mlp, rounds: 5, selection: { policy: fedlim, cohortSize: 1 }, liveness: { drainSeconds: 0 } }";
    const first = await startConfig(brief, "--minimum-clients", "1");
    await (await ScriptedAgent.join(await first.url, "a")).task();
    first.child.kill("SIGTERM");
    expect(await first.exit).toBe(0);
    expect(first.output.stderr).toContain(
      "\nRound 1 of 1  cut short; the next start with the same command goes on with it\n",
    );
    expect(first.output.stderr).toContain("Stopped after 0 of 1 round; the same command goes on with the run.");
    expect(first.output.stderr).not.toContain("failed");

    const second = await startConfig(brief, "--minimum-clients", "1");
    const again = await ScriptedAgent.join(await second.url, "a");
    expect(await again.deliver(encodeParameterFile(initialParameters(mlp, 7)))).toEqual({ accepted: true });
    expect(await second.exit).toBe(0);
    expect(second.output.stderr).toContain("Resumed: the run goes on with round 1");
  });

  it("says what to do when its port is taken, and exits with 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { output, exit } = start("--model", "mlp", "--port", String((other.address() as AddressInfo).port));
    expect(await exit).toBe(1);
    expect(output.stderr).toMatch(/is in use by another program\. Choose another --port/);
    other.close();
  });

  it.each([
    [1, ["--model", "resnet9000"], /Known models: mlp, lenet5/],
    [1, ["--policy", "oortt"], /Known policies: probselect/],
    [1, ["--config", "nothing.yaml"], /nothing\.yaml: cannot be read/],
    [2, ["--rounds", "0"], /rounds: Too small/],
    [2, ["--colour", "red"], /colour/],
    [2, ["--exclude", "sat-[12]"], /selection\.rules\.exclude\.0: A client id has only letters/],
  ])("exits with %i for %j, with the reason", async (code, options, reason) => {
    const { output, exit } = start(...options);
    expect(await exit).toBe(code);
    expect(output.stderr).toMatch(reason);
  });
});
