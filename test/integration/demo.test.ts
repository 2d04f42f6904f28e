// The demo as its users run it, shortened to a round: nine processes, real training, and nothing left behind.

import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { childrenOf, isAlive } from "../support/processes.ts";
import { killSpawned, spawnCli } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
afterEach(killSpawned);

const startDemo = (...more: string[]) =>
  spawnCli("demo", "--model", "mlp", "--clock-rate", "60", "--out", folder.path, "--json", ...more);

async function portOfRun(): Promise<number> {
  return JSON.parse(await readFile(join(folder.path, "server.json"), "utf8")).port;
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe("probselect demo", () => {
  it.each([
    ["--rounds", "0", "rounds"],
    ["--alpha", "-1", "dirichlet:-1"],
    ["--minimum-probability", "80", "slo.minimumProbability"],
    ["--model", "resnet9", "mlp, lenet5, cnn-small"],
  ])("refuses %s %s before anything starts", async (option, value, words) => {
    const demo = spawnCli("demo", "--out", folder.path, option, value);
    expect((await demo.exit).code).toBe(2);
    expect(demo.stderr()).toContain(words);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("trains, compares with FedLim, writes log and report, and ends with one JSON object", async () => {
    const demo = startDemo("--rounds", "1", "--seed", "3");
    const { code } = await demo.exit;
    expect(demo.stderr()).toContain("Round 1 of 1");
    expect(code).toBe(0);
    const result = JSON.parse(demo.stdout().trim().split("\n").at(-1) ?? "");
    expect(result).toMatchObject({ rounds: 1, seed: 3, truthLevel: "L1" });
    expect(result.testAccuracy).toBeGreaterThan(0.5);
    for (const side of [result, result.fedlim]) {
      expect(side.sloCompliance).toBeGreaterThan(0);
      expect(side.sloCompliance).toBeLessThanOrEqual(1);
      expect(side.wastedDeviceSeconds).toBeGreaterThanOrEqual(0);
      expect(side.usefulDeviceSeconds).toBeGreaterThan(0);
    }
    expect(await readFile(result.report, "utf8")).toMatch(/^<!doctype html>/i);
    expect((await readFile(result.journal, "utf8")).split("\n")[0]).toContain("run-started");
    expect(await readdir(join(folder.path, "figures"))).toContain("selection.svg");
  });

  it("is ended by Ctrl-C in mid-round: it says so, and no process and no port is left", async () => {
    const demo = startDemo("--rounds", "50");
    await demo.saying(/Round 1 of 50/);
    const children = childrenOf(demo.process.pid);
    const port = await portOfRun();
    expect(children.length).toBeGreaterThanOrEqual(9); // the aggregator, eight agents, perhaps the loader's own
    expect(await isOpen(port)).toBe(true);
    demo.process.kill("SIGINT");
    const { code } = await demo.exit;
    expect(code).toBe(1);
    expect(demo.stderr()).toContain("interrupted");
    expect(children.filter(isAlive)).toEqual([]);
    expect(await isOpen(port)).toBe(false);
  });
});
