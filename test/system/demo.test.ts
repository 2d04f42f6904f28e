// The whole demo with its defaults, as `npm start` runs it: what the README promises of it.

import { afterEach, expect, it } from "vitest";
import { defaultDemoOptions } from "../../experiments/demo/demo-config.ts";
import { killSpawned, spawnCli } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Minutes of training; a busy machine takes several times longer. */
const WHOLE_DEMO_MILLISECONDS = 600_000;

const folder = temporaryFolder();
afterEach(killSpawned);

it(
  "trains LeNet-5 to 95 % on MNIST's test images and keeps the promise that the SLO makes",
  async () => {
    const demo = spawnCli("demo", "--out", folder.path, "--json");
    expect((await demo.exit).code).toBe(0);
    const result = JSON.parse(demo.stdout().trim().split("\n").at(-1) ?? "");
    expect(result.rounds).toBe(defaultDemoOptions.rounds);
    expect(result.testAccuracy).toBeGreaterThanOrEqual(0.95);
    expect(result.sloCompliance).toBeGreaterThanOrEqual(defaultDemoOptions.minimumProbability);
    expect(result.fedlim.sloCompliance).toBeGreaterThan(0);
    expect(result.fedlim.wastedDeviceSeconds).toBeGreaterThanOrEqual(0);
  },
  WHOLE_DEMO_MILLISECONDS,
);
