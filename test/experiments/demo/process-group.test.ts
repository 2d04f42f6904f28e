import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { childrenOf, commandOf } from "../../support/processes.ts";
import { spawnCli } from "../../support/spawn-cli.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "probselect-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the demo's children", () => {
  it("end when one of them fails, and the log to read is named", async () => {
    const demo = spawnCli("demo", "--model", "mlp", "--rounds", "50", "--out", folder);
    await demo.saying(/Round 1 of 50/);
    const [child] = childrenOf(demo.process.pid).filter((pid) => commandOf(pid).includes("jetson-1"));
    process.kill(child ?? 0, "SIGKILL");
    expect((await demo.exit).code).toBe(1);
    expect(demo.stderr()).toMatch(
      /agent "jetson-1" ended with SIGKILL\. Its log: .*jetson-1\.log \[experiments\.child-failed\]/,
    );
  });

  it("write what they say to a log each", async () => {
    const demo = spawnCli("demo", "--model", "mlp", "--rounds", "50", "--out", folder);
    await demo.saying(/Round 1 of 50/);
    const log = join(folder, "logs", "jetson-1.log");
    expect(existsSync(log)).toBe(true);
    expect(await readFile(log, "utf8")).toContain("Jetson AGX Orin 32 GB");
    demo.process.kill("SIGTERM");
    expect((await demo.exit).code).toBe(1);
  });
});
