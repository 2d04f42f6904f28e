// A run whose released models are private: the account is kept through a restart, and the operator is told.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { epsilonSpent } from "../../../models/privacy/privacy-spent.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import { startAggregator } from "../../../server/aggregator.ts";
import { parseConfig } from "../../../server/load-config.ts";
import { prepareParts } from "../../../server/prepare-run.ts";
import { withCentralPrivacy } from "../../../server/privacy/central-privacy.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { tinyFile, tinyParts } from "../support/tiny-run.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "private-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const settings = { clippingNorm: 0.5, noiseMultiplier: 1, expectedUpdates: 1, delta: 1e-5 };

async function start() {
  const strategy = withCentralPrivacy(fedAvg, { ...settings, random: seededRandom(1) });
  const parts = tinyParts({ strategy, privacySpent: () => strategy.spent() });
  const config = { rounds: 2, minimumClients: 1, port: 0, outputDirectory: folder };
  return startAggregator(parseConfig(config, "the test"), { parts });
}

describe("a private run", () => {
  it("counts every released model, those before a restart included, and says in its summary what they cost", async () => {
    const first = await start();
    const agent = await ScriptedAgent.join(first.url, "a");
    await agent.deliver(tinyFile(1, 2, 3));
    await agent.task(1);
    await first.drain(0);
    const second = await start();
    await (await ScriptedAgent.join(second.url, "a")).deliver(tinyFile(1, 2, 3));
    const { privacy } = await second.finished;
    // Two rounds of multiplier 1 cost what one of 1 / sqrt(2) does.
    expect(privacy).toMatchObject({ rounds: 2, delta: 1e-5 });
    expect(privacy?.epsilon).toBeCloseTo(epsilonSpent({ noiseMultiplier: Math.SQRT1_2, rounds: 1, delta: 1e-5 }), 9);
  });

  it("is what a configuration with privacy asks for", async () => {
    const config = parseConfig({ model: "mlp", privacy: settings }, "the test");
    const { strategy, privacySpent } = await prepareParts(config);
    expect(strategy.name).toBe("fedavg with central privacy");
    expect(privacySpent?.()).toEqual({ epsilon: 0, delta: 1e-5, rounds: 0 });
  });
});
