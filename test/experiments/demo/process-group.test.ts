import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { childrenOf, commandOf } from "../../support/processes.ts";
import { killSpawned, spawnCli } from "../../support/spawn-cli.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
afterEach(killSpawned);

describe("the demo's children", () => {
  it("end when one of them fails, and the log to read is named", async () => {
    const demo = spawnCli("demo", "--model", "mlp", "--rounds", "50", "--out", folder.path);
    await demo.saying(/Round 1 of 50/);
    const [child] = childrenOf(demo.process.pid).filter((pid) => commandOf(pid).includes("jetson-1"));
    process.kill(child ?? 0, "SIGKILL");
    expect((await demo.exit).code).toBe(1);
    expect(demo.stderr()).toMatch(
      /agent "jetson-1" ended with SIGKILL\. Its log: .*jetson-1\.log \[experiments\.child-failed\]/,
    );
  });

  it("write what they say to a log each", async () => {
    const demo = spawnCli("demo", "--model", "mlp", "--rounds", "50", "--out", folder.path);
    await demo.saying(/Round 1 of 50/);
    const log = join(folder.path, "logs", "jetson-1.log");
    expect(existsSync(log)).toBe(true);
    expect(await readFile(log, "utf8")).toContain("Jetson AGX Orin 32 GB");
    demo.process.kill("SIGTERM");
    expect((await demo.exit).code).toBe(1);
  });
});
