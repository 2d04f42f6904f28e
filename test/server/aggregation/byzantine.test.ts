// What dishonest clients can do: 2 of 10 clients that train logistic regression on MNIST, 8 rounds of the aggregator's own engine.

import { beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../../models/tensorflow/backend.ts";
import {
  type Attack,
  CLIENT_COUNT,
  type Digits,
  federate,
  loadDigits,
  notFinite,
  scaledBy,
  stale,
} from "./federation.ts";
import { strategyOf } from "./support.ts";

const ROUNDS = 8;
/** Accuracy that a robust strategy may lose to the attackers, and to the loss of their data. */
const TOLERANCE = 0.03;

let digits: Digits;
beforeAll(async () => {
  await selectBackend("wasm");
  digits = await loadDigits();
});

/** Accuracy on the test's 10,000 digits. */
async function accuracyOf(name: string, attack?: Attack): Promise<number> {
  return (await federate(digits, { strategy: strategyOf(name), rounds: ROUNDS, attack })).accuracy;
}

describe("two dishonest clients of ten", () => {
  it("ruin FedAvg by turning what they learnt around, ten times over", async () => {
    expect(await accuracyOf("fedavg")).toBeGreaterThan(0.75);
    expect(await accuracyOf("fedavg", scaledBy(-10))).toBeLessThan(0.3);
  });

  it.each([
    // The mean or median of ten clients' updates; Krum has a tenth of the data in each round.
    ["trimmed-mean", 0.75],
    ["median", 0.75],
    ["multi-krum", 0.75],
    ["krum", 0.65],
  ])("take less than 3 points of accuracy from %s, scaled, sign-flipped or stale", async (name, least) => {
    const undisturbed = await accuracyOf(name);
    expect(undisturbed).toBeGreaterThan(least);
    for (const attack of [scaledBy(-10), scaledBy(-1), stale]) {
      expect(await accuracyOf(name, attack)).toBeGreaterThan(undisturbed - TOLERANCE);
    }
  });

  it.each(["fedavg", "median", "fedadam"])(
    "are turned away at the door of %s with values that are not finite",
    async (name) => {
      const { outcomes } = await federate(digits, { strategy: strategyOf(name), rounds: 1, attack: notFinite });
      const [outcome] = outcomes;
      expect(outcome).toMatchObject({ status: "aggregated", metrics: { completedCount: CLIENT_COUNT - 2 } });
      expect(outcome?.clients.slice(-2)).toMatchObject([
        { clientId: "client-8", status: "failed", reason: expect.stringMatching(/Parameter 17 of an update is NaN/) },
        { clientId: "client-9", status: "failed" },
      ]);
    },
  );
});
