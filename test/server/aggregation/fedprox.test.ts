// The server's side of FedProx: mu's way from the configuration to a client. The step itself: test/models/tensorflow/proximal-term.test.ts.

import { describe, expect, it } from "vitest";
import { trainSchema } from "../../../protocol/messages.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import { createClientTask } from "../../../server/rounds/client-task.ts";
import { tinyArchitecture } from "../support/tiny-run.ts";
import { aggregate, examples, strategyOf, vector } from "./support.ts";

describe("FedProx", () => {
  it("aggregates as FedAvg does", async () => {
    const updates = [
      [vector(2), examples(1)],
      [vector(6), examples(3)],
    ] as const;
    const mean = await aggregate(fedAvg, vector(0), updates);
    expect(await aggregate(strategyOf("fedprox"), vector(0), updates)).toEqual(mean);
  });

  it("has clients hold to the global model, with mu 0.01 unless it is told", () => {
    expect(strategyOf("fedprox").clientTraining).toEqual({ proximalMu: 0.01 });
    expect(strategyOf("fedprox", { mu: 0 }).clientTraining).toEqual({ proximalMu: 0 });
    expect(strategyOf("fedavg").clientTraining).toBeUndefined();
  });

  it("travels to the client in the message that asks it to train", () => {
    const training = { epochs: 1, batchSize: 8, learningRate: 0.1, momentum: 0, proximalMu: 0.5 };
    const task = (settings: object) =>
      createClientTask(
        {
          ...{ round: 1, architecture: tinyArchitecture, deadlineSeconds: 5, seed: 3 },
          model: { modelVersion: 0, sha256: "0".repeat(64), byteLength: 300 },
          training: { ...training, ...settings },
        },
        { clientId: "a", datasetExampleCount: 9 },
        { token: "t", partBytes: 1024, leaseSeconds: 60 },
      ).message;
    expect(trainSchema.parse(task({})).training.proximalMu).toBe(0.5);
    for (const proximalMu of [-1, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(trainSchema.safeParse(task({ proximalMu })).success).toBe(false);
    }
  });
});
