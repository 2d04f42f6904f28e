// The back-end governor as its users meet it: an aggregator and an agent as processes, where the agent offers two back-ends.

import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readJournal } from "../../server/journal/read-journal.ts";
import { runCli } from "../cli/run-cli.ts";
import { killSpawned, spawnCli } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
afterEach(killSpawned);

describe("an agent that offers two back-ends", () => {
  it("is moved to the faster one before the first round, and everybody is told why", async () => {
    const run = ["--port", "0", "--out", folder.path, "--minimum-clients", "1", "--rounds", "2", "--model", "mlp"];
    const server = spawnCli("server", ...run, "--deadline-seconds", "100", "--json");
    const [, url = ""] = await server.saying(/Listening on (\S+);/);
    const offered = ["--backend", "cpu,wasm", "--link", "datacentre", "--maximum-examples", "64"];
    const agent = spawnCli("client", "--server", url, "--id", "a", ...offered);
    expect((await server.exit).code).toBe(0);
    expect((await agent.exit).code).toBe(0);
    expect(server.stderr()).toMatch(/trains with wasm: the fastest that keeps the objective \(cpu .+; wasm .+\)/);
    const said = agent.stderr();
    expect(said).toContain("it can train with wasm too");
    expect(said.indexOf("The training moves from cpu to wasm, as the aggregator asks.")).toBeGreaterThan(0);
    expect(said.indexOf("The training moves")).toBeLessThan(said.indexOf("round 1:"));

    const { records } = await readJournal(join(folder.path, "journal.ndjson"));
    const plans = records.flatMap((record) => (record.type === "round-planned" ? [record.plan] : []));
    expect(plans.map(({ backendDecisions }) => backendDecisions?.[0]?.reasonCode)).toEqual([
      "still-best",
      "still-best",
    ]);
    const { stdout } = await runCli("explain", "--run", folder.path, "--client", "a", "--round", "2");
    expect(stdout).toMatch(/trains with wasm: still the best \(cpu .+, in time with .+; wasm .+\)/);
  });
});
