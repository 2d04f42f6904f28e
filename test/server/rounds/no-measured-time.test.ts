// The guard of the method's first promise: no measured time reaches a policy that selects by static specs. Whole rounds run through
// the real engine twice, once with a fleet that is quick and reliable and once with one that is slow and fails, and the plans
// must be the same to the letter. Policies that learn are run too, to see that the difference would show.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { linkProfiles } from "../../../network/link-profiles.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import { createPolicy, policySummaries } from "../../../selection/policies/find-policy.ts";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import { type StaticPolicy, startPolicy } from "../../../selection/policy/policy.ts";
import type { Candidate } from "../../../selection/types.ts";
import type { JournalEvent } from "../../../server/journal/events.ts";
import { runRound } from "../../../server/rounds/round-engine.ts";
import type { CohortReply, StoredModel } from "../../../server/rounds/types.ts";
import { lenetWorkload } from "../../selection/support.ts";
import { tinyParameters, tinyParts } from "../support/tiny-run.ts";

const ROUNDS = 12;
const gpus = ["Tesla T4", "NVIDIA A100 PCIe 40GB", "Jetson TX2", "GeForce RTX 3090"];
const links = Object.values(linkProfiles).map(({ link }) => link);
const fleet: readonly Candidate[] = Array.from({ length: 24 }, (_, index) => ({
  clientId: `client-${index}`,
  device: resolveDevice({ kind: "gpu", name: gpus[index % gpus.length] ?? "" }),
  link: links[index % links.length] ?? { downlinkBitsPerSecond: 1e6, uplinkBitsPerSecond: 1e6, roundTripSeconds: 0.1 },
  exampleCount: 200 + 997 * index,
}));
const slo = { deadlineSeconds: 4, minimumProbability: 0.8 };
const stored: StoredModel = { modelVersion: 0, sha256: "", path: "", byteLength: 0 };

/** How a client fared, as the round's clock and the agent measured it. */
type Measured = (clientId: string, round: number) => CohortReply;

const quick: Measured = (clientId) => ({
  kind: "update",
  update: {
    ...{ clientId, exampleCount: 1, datasetExampleCount: 1, stepCount: 1, trainingLoss: 0.01 },
    readParameters: async () => tinyParameters(1, 1, 1),
  },
  ...{ latencySeconds: 0.01, computeSeconds: 0.001 },
});

/** Two in three are late or fail, and the others take long and lose much. */
const slow: Measured = (clientId, round) => {
  const luck = (Number(clientId.replace("client-", "")) + round) % 3;
  const common = { clientId, latencySeconds: 3.9, computeSeconds: 3.8 };
  if (luck === 0) return { kind: "outcome", outcome: { ...common, status: "late", reason: "late" } };
  if (luck === 1) return { kind: "outcome", outcome: { ...common, status: "failed", reason: "broken" } };
  const update = { clientId, exampleCount: 900, datasetExampleCount: 900, stepCount: 30, trainingLoss: 9 };
  return {
    kind: "update",
    update: { ...update, readParameters: async () => tinyParameters(2, 2, 2) },
    ...{ latencySeconds: 3.9, computeSeconds: 3.8 },
  };
};

/** The plans of a run, which are all that a policy decides. */
async function plansOf(name: string, settings: unknown, measured: Measured): Promise<readonly JournalEvent[]> {
  const events: JournalEvent[] = [];
  const options = {
    ...tinyParts({
      policy: createPolicy(name, { cohortSize: 6, settings }),
      latencyModel: rooflineModel,
      workload: lenetWorkload,
    }),
    slo,
    training: { epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0 },
    seed: 5,
    slots: new ClientSlots(),
    globalModel: { current: stored, read: async () => tinyParameters(0, 0, 0), replace: async () => stored },
    journal: { append: (event: JournalEvent) => void events.push(event), flush: async () => {} },
  };
  for (let round = 1; round <= ROUNDS; round++) {
    const cohort = {
      candidates: () => fleet,
      async *train(_: unknown, clientIds: readonly string[]) {
        yield* clientIds.map((clientId) => measured(clientId, round));
      },
    };
    await runRound(round, { ...options, cohort }, new AbortController().signal);
  }
  return events.filter(({ type }) => type === "round-planned");
}

const ofNeed = (need: string) => policySummaries.filter(({ needs }) => needs === need).map(({ name }) => name);

describe("a policy of static specs", () => {
  it.each(ofNeed("static-specs"))("%s plans the same rounds whatever was measured in them", async (name) => {
    expect(await plansOf(name, {}, slow)).toEqual(await plansOf(name, {}, quick));
  });

  it("is most of them, the default and our own among them", () => {
    expect(ofNeed("static-specs")).toEqual(expect.arrayContaining(["probselect", "quorum", "fedlim", "random"]));
  });

  it.each(ofNeed("static-specs"))("%s has no function that a measurement could be given to", (name) => {
    expect(Object.keys(createPolicy(name))).not.toContain("learn");
  });

  it("cannot be written with such a function, nor be shown one that was asked of clients", () => {
    const definition: StaticPolicy<null> = {
      name: "eavesdropper",
      needs: "static-specs",
      begin: () => null,
      // @ts-expect-error a static policy's request has no monitoring
      select: ({ candidates, monitoring }) => ({
        selection: { reasons: new Uint8Array(candidates.size), because: () => String(monitoring) },
        state: null,
      }),
      // @ts-expect-error nor has it anything to learn with
      learn: (state: null) => state,
    };
    // What the type forbids, the run does not carry either.
    expect(Object.keys(startPolicy(definition)).sort()).toEqual(["memory", "name", "needs", "select"]);
  });

  it("never names what is measured: only policies that say so import it", () => {
    const folder = fileURLToPath(new URL("../../../selection/policies", import.meta.url));
    const naming = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .filter((file) =>
        /\b(RoundFeedback|ClientFeedback|Monitoring|Truth)\b/.test(readFileSync(`${folder}/${file}`, "utf8")),
      );
    const allowed = /^(learning\/.*|baselines\/oracle\.ts|quorum\/online-calibration\.ts|own-policy\.ts)$/;
    expect(naming.filter((file) => !allowed.test(file))).toEqual([]);
    expect(naming).toContain("quorum/online-calibration.ts");
  });
});

describe("a policy that learns", () => {
  const learning = [
    ...ofNeed("history").map((name) => [name, {}] as const),
    ["quorum", { onlineCalibration: true }] as const,
  ];

  it.each(learning)(
    "%s %o plans other rounds when other times were measured: the guard above can fail",
    async (name, settings) => {
      expect(createPolicy(name, { settings }).needs).toBe("history");
      expect(await plansOf(name, settings, slow)).not.toEqual(await plansOf(name, settings, quick));
    },
  );
});
