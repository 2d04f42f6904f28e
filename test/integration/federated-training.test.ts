// The main job as its users run it: an aggregator and agents as processes, real MNIST, real sockets, real kills.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { collectRun } from "../../experiments/report/run-data.ts";
import { readJournal } from "../../server/journal/read-journal.ts";
import { killSpawned, spawnCli } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
afterEach(killSpawned);

/** An aggregator that waits for three clients, on a free port. */
async function startServer(...more: string[]) {
  const server = spawnCli("server", "--port", "0", "--out", folder.path, "--minimum-clients", "3", "--json", ...more);
  const [, url = ""] = await server.saying(/Listening on (\S+);/);
  return { server, url };
}

function startClient(url: string, id: string, ...more: string[]) {
  return spawnCli(
    ...["client", "--server", url, "--id", id, "--backend", "wasm", "--link", "datacentre"],
    ...["--device", "NVIDIA A100-PCIE-40GB", "--partition", "iid", "--json", ...more],
  );
}

async function journalOf(directory: string) {
  const name = (await readdir(directory)).find((file) => file.endsWith(".ndjson")) ?? "";
  return (await readJournal(join(directory, name))).records;
}

describe("an aggregator and three agents in processes of their own", () => {
  it("train together: the accuracy on MNIST's test images rises far above guessing", async () => {
    const { server, url } = await startServer("--model", "mlp", "--rounds", "3", "--deadline-seconds", "100");
    const clients = [1, 2, 3].map((n) => startClient(url, `client-${n}`, "--shard", `${n}/20`));
    const { code } = await server.exit;
    expect(server.stderr()).not.toContain("unexpected error");
    expect(code).toBe(0);
    const summary = JSON.parse(server.stdout().trim().split("\n").at(-1) ?? "");
    expect(summary).toMatchObject({ rounds: 3, failedRounds: 0, sloCompliance: 1, wastedDeviceSeconds: 0 });
    expect(summary.testAccuracy).toBeGreaterThan(0.8);
    for (const client of clients) {
      expect((await client.exit).code).toBe(0);
      expect(JSON.parse(client.stdout().trim())).toMatchObject({ reason: "run-finished", committedTasks: 3 });
    }
  });

  it("lose one to kill -9 in mid-round: the round ends, the run goes on, and the log says what happened", async () => {
    const { server, url } = await startServer("--model", "lenet5", "--rounds", "3", "--deadline-seconds", "300");
    const clients = [1, 2].map((n) => startClient(url, `client-${n}`, "--shard", `${n}/40`));
    const victim = startClient(url, "victim", "--shard", "1/3");
    // 20,000 examples take it far longer than the others' 1,500, so it is surely at work when it dies.
    await victim.saying(/training/);
    victim.process.kill("SIGKILL");
    expect((await victim.exit).signal).toBe("SIGKILL");

    const { code } = await server.exit;
    expect(code).toBe(0);
    const run = collectRun(await journalOf(folder.path));
    const [first, ...later] = run.rounds;
    expect(run.rounds).toHaveLength(3);
    expect(first?.outcome?.status).toBe("aggregated");
    const ends = Object.fromEntries(first?.clients.map(({ clientId, outcome }) => [clientId, outcome]) ?? []);
    expect(ends.victim).toMatchObject({ status: "unresponsive" });
    expect(ends.victim).toMatchObject({ reason: expect.stringContaining("disconnected and did not come back") });
    expect(ends["client-1"]).toMatchObject({ status: "completed" });
    expect(ends["client-2"]).toMatchObject({ status: "completed" });
    for (const round of later) {
      expect(round.outcome).toMatchObject({ status: "aggregated", metrics: { selectedCount: 2, completedCount: 2 } });
    }
    const summary = JSON.parse(server.stdout().trim().split("\n").at(-1) ?? "");
    // 2 of 3, then 2 of 2 twice: 6 of 7 selected clients were in time.
    expect(summary.sloCompliance).toBeCloseTo(6 / 7, 9);
    expect(summary.wastedDeviceSeconds).toBeGreaterThan(0);
    for (const client of clients) expect((await client.exit).code).toBe(0);
  });

  it("end at once and without leaving a process when the aggregator is interrupted", async () => {
    const { server, url } = await startServer("--model", "lenet5", "--rounds", "50", "--deadline-seconds", "300");
    const clients = [1, 2, 3].map((n) => startClient(url, `client-${n}`, "--shard", `${n}/10`));
    await clients[0]?.saying(/training/);
    server.process.kill("SIGINT");
    expect((await server.exit).code).toBe(1);
    for (const client of clients) expect((await client.exit).code).toBe(0);
    const records = await journalOf(folder.path);
    expect(records.at(-1)).toMatchObject({ type: "run-finished", reason: "interrupted" });
  });
});
