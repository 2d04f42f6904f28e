// Local privacy where it counts: real agents in processes of their own, a real aggregator, real kills.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runAgent } from "../../../client/agent.ts";
import { openPrivateReleases } from "../../../client/privacy/private-releases.ts";
import { readReleases } from "../../../client/privacy/release-account.ts";
import { WorkerTrainer } from "../../../client/training/worker-trainer.ts";
import { registrationOf, trainerOf } from "../../../experiments/faults/agents/agent-options.ts";
import { BATCH_SIZE, smallArchitecture } from "../../../experiments/faults/small-run.ts";
import { wallClock } from "../../../foundation/clock.ts";
import { initialParameters } from "../../../models/initial-parameters.ts";
import { decodeParameterFile, parameterLayout } from "../../../models/parameter-file.ts";
import { mlp } from "../../../models/zoo.ts";
import { noiseStatistics } from "../../models/privacy/noise-statistics.ts";
import { stallingProxy } from "../../server/support/stalling-proxy.ts";
import { startTestRun, type TestRun, tinyParts } from "../../server/support/tiny-run.ts";
import { killSpawned, spawnCli } from "../../support/spawn-cli.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
afterEach(killSpawned);

const parts = tinyParts({ architecture: mlp, initialParameters: initialParameters(mlp, 1) });

const startClient = (url: string, ...more: string[]) =>
  spawnCli(
    ...["client", "--server", url, "--id", "a", "--backend", "wasm", "--link", "datacentre", "--json"],
    ...["--device", "NVIDIA A100-PCIE-40GB", "--shard", "1/100", "--maximum-examples", "64", ...more],
  );

/** Of one client's round: the mean of one update is that update. */
async function updateOf(run: TestRun): Promise<Float32Array> {
  const { modelFile } = await run.finished;
  return decodeParameterFile(await readFile(modelFile ?? ""), parameterLayout(mlp)).values;
}

/** What the same agent uploads without privacy. */
async function plainUpdate(): Promise<Float32Array> {
  const partition = { kind: "iid" } as const;
  const data = { datasetName: "mnist", partition, shard: { index: 0, count: 100 }, seed: 1, maximumExamples: 64 };
  const trainer = await WorkerTrainer.start({ data, backend: "wasm" });
  try {
    await using run = await startTestRun({}, { parts });
    const registration = { ...registrationOf(1), clientId: "a", exampleCount: trainer.exampleCount };
    const agent = { serverUrl: run.url, registration, trainer, clock: wallClock, onEvent: () => {} };
    await runAgent(agent, new AbortController().signal);
    return await updateOf(run);
  } finally {
    await trainer.close();
  }
}

describe("an agent with local privacy", () => {
  it("uploads what it trained with noise of the stated deviation in every parameter, and says what that has cost", async () => {
    const trained = await plainUpdate();

    await using secret = await startTestRun({ model: "mlp" }, { parts });
    const account = join(folder.path, "a.ndjson");
    // A norm that no update of one epoch reaches, so that nothing is clipped; noise so small that the training shows beside it.
    const options = [
      "--privacy-clipping-norm",
      "2",
      "--privacy-noise-multiplier",
      "0.001",
      "--privacy-account",
      account,
    ];
    const client = startClient(secret.url, ...options);
    const uploaded = await updateOf(secret);
    await client.exit;

    const noise = uploaded.map((value, index) => value - (trained[index] as number));
    const { meanScore, excessSquares, distance } = noiseStatistics(noise, 0.001 * 2);
    expect(Math.abs(meanScore)).toBeLessThan(6);
    expect(Math.abs(excessSquares)).toBeLessThan(6 * Math.sqrt(2 * noise.length));
    expect(distance).toBeLessThan(2.5 / Math.sqrt(noise.length));
    expect(client.stderr()).toMatch(/local privacy: 0 releases so far, epsilon 0\.000 at delta 0\.00001/);
    expect(client.stderr()).toMatch(/round 1: .* 1 release so far, epsilon \S+ at delta 0\.00001/);
    expect(await readReleases(account)).toMatchObject([{ model: "mlp", clippingNorm: 2, noiseMultiplier: 0.001 }]);
  });

  it("forgets no release through kill -9, counts the repeated training, and refuses tasks beyond its budget", async () => {
    const settings = { rounds: 2, reconnectGraceSeconds: 60, slo: { deadlineSeconds: 300 }, training: { epochs: 40 } };
    await using run = await startTestRun(settings, { parts });
    await using proxy = await stallingProxy(run.port);
    const account = join(folder.path, "a.ndjson");
    const options = [
      ...["--privacy-clipping-norm", "0.5", "--privacy-noise-multiplier", "8"],
      ...["--privacy-budget", "1.5", "--privacy-account", account],
    ];
    const killed = startClient(proxy.url, ...options);
    await killed.saying(/ training\n/);
    // The update leaves and never arrives.
    proxy.stall();
    await killed.saying(/round 1: .* 1 release so far/);
    killed.process.kill("SIGKILL");
    expect((await killed.exit).signal).toBe("SIGKILL");
    proxy.cut();

    const again = startClient(run.url, ...options);
    await again.saying(/local privacy: 1 release so far, epsilon 0\.9263 of 1\.5 at delta/);
    await again.saying(/round 1: .* 2 releases so far, epsilon 1\.356 of 1\.5/);
    await run.finished;
    await again.exit;
    expect(again.stderr()).toMatch(
      /warning: The privacy budget of epsilon 1\.5 at delta 0\.00001 allows no further release/,
    );
    const outcomes = run.log.of("client-ended").map(({ outcome }) => outcome);
    expect(outcomes).toMatchObject([
      { clientId: "a", status: "completed" },
      { clientId: "a", status: "refused", reason: expect.stringContaining("privacy budget") },
    ]);
    expect(await readReleases(account)).toHaveLength(2);
  });

  it.each([
    ["parameters", {}],
    ["a coded difference", { compression: { kind: "int8" } }],
  ])("sends the same noised bytes again when its upload of %s is cut: no second release", async (_, compression) => {
    const small = tinyParts({
      architecture: smallArchitecture,
      initialParameters: initialParameters(smallArchitecture, 1),
    });
    const settings = { reconnectGraceSeconds: 60, training: { epochs: 1, batchSize: BATCH_SIZE }, ...compression };
    await using run = await startTestRun(settings, { parts: small, limits: { partBytes: 1024 } });
    await using proxy = await stallingProxy(run.port);
    const accountFile = join(folder.path, "a.ndjson");
    const mechanism = { clippingNorm: 0.5, noiseMultiplier: 8 };
    let cuts = 0;
    const result = await runAgent(
      {
        serverUrl: proxy.url,
        registration: registrationOf(1),
        trainer: trainerOf(1),
        privacy: await openPrivateReleases({ settings: mechanism, accountFile, delta: 1e-5 }),
        clock: wallClock,
        onEvent: (event) => {
          if (event.type !== "progress" || event.progress.phase !== "uploading" || event.progress.fraction < 0.4)
            return;
          if (cuts++ === 0) proxy.cut();
        },
      },
      new AbortController().signal,
    );
    expect(cuts).toBeGreaterThan(0);
    expect(result).toMatchObject({ reason: "run-finished", committedTasks: 1 });
    expect(await readReleases(accountFile)).toHaveLength(1);
  });
});
