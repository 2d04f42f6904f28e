// The example of a policy of one's own, as its readers run it: named on the command line, in a run of its own and in a dry run.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { initialParameters } from "../../models/initial-parameters.ts";
import { encodeParameterFile } from "../../models/parameter-file.ts";
import { mlp } from "../../models/zoo.ts";
import { readJournal } from "../../server/journal/read-journal.ts";
import { runCli } from "../cli/run-cli.ts";
import { ScriptedAgent } from "../server/support/scripted-agent.ts";
import { killSpawned, spawnCli } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
afterEach(killSpawned);

const policy = "./examples/policies/fastest-half.mjs";

describe("examples/policies/fastest-half.mjs", () => {
  it("asks the faster of two clients in a run of `probselect server`", async () => {
    const config = join(folder.path, "run.yaml");
    await writeFile(config, "{ model: mlp, rounds: 1, minimumClients: 2, port: 0 }");
    const server = spawnCli("server", "--config", config, "--policy", policy, "--out", folder.path, "--json");
    const [, url = ""] = await server.saying(/Listening on (\S+);/);
    const link = { downlinkBitsPerSecond: 1e6, uplinkBitsPerSecond: 1e6, roundTripSeconds: 0.05 };
    const fast = await ScriptedAgent.join(url, "fast", { register: { device: { kind: "gpu", name: "Tesla T4" } } });
    await ScriptedAgent.join(url, "slow", { register: { device: { kind: "gpu", name: "Jetson Nano" }, link } });
    await fast.deliver(encodeParameterFile(initialParameters(mlp, 7)));
    expect(await server.exit).toMatchObject({ code: 0 });

    const { records } = await readJournal(join(folder.path, "journal.ndjson"));
    const plans = records.flatMap((record) => (record.type === "round-planned" ? [record.plan] : []));
    expect(plans.map((plan) => plan.policy)).toEqual(["fastest-half.mjs"]);
    const reasons = new Map(plans[0]?.decisions.map(({ clientId, reason }) => [clientId, reason]));
    expect(reasons.get("fast")).toMatch(/^Selected: it is number 1 of 2 by expected time \(\d+\.\d s\)\.$/);
    expect(reasons.get("slow")).toMatch(/^Skipped: fastest-half\.mjs did not choose it; /);
  });

  it("asks the faster half of a fleet in `probselect select`", async () => {
    const { code, stdout } = await runCli(
      "select",
      "--fleet",
      "examples/fleets/mixed.yaml",
      "--policy",
      policy,
      "--json",
    );
    expect(code).toBe(0);
    const { policy: name, decisions } = JSON.parse(stdout);
    expect(name).toBe("fastest-half.mjs");
    const possible = decisions.filter(({ reasonCode }: { reasonCode: string }) => !/memory|transfer/.test(reasonCode));
    const selected = decisions.filter((decision: { selected: boolean }) => decision.selected);
    expect(selected).toHaveLength(Math.ceil(possible.length / 2));
    const slowest = Math.max(...selected.map(({ expectedSeconds }: { expectedSeconds: number }) => expectedSeconds));
    const others = possible.filter((decision: { selected: boolean }) => !decision.selected);
    for (const { expectedSeconds } of others) expect(expectedSeconds).toBeGreaterThanOrEqual(slowest);
  });
});
