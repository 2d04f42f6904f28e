import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CohortTrainer, ShareTask } from "../../../../experiments/simulation/learning/cohort-trainer.ts";
import { FleetCandidates } from "../../../../experiments/simulation/learning/fleet-candidates.ts";
import { MemoryModel } from "../../../../experiments/simulation/learning/memory-model.ts";
import { VirtualCohort } from "../../../../experiments/simulation/learning/virtual-cohort.ts";
import { allPresent } from "../../../../experiments/simulation/presence/all-present.ts";
import { clientIdOf, type Fleet, type Presence } from "../../../../experiments/simulation/types.ts";
import { ProbSelectError } from "../../../../foundation/errors.ts";
import { initialParameters } from "../../../../models/initial-parameters.ts";
import type { LocalTrainingResult } from "../../../../models/tensorflow/train-locally.ts";
import { logisticRegression } from "../../../../models/zoo.ts";
import type { CohortReply, RoundTask } from "../../../../server/rounds/types.ts";
import { lenetWorkload } from "../../../selection/support.ts";
import { fixedTruth, uniformFleet } from "../support.ts";
import { idleTrainer } from "./support.ts";

const never = Number.POSITIVE_INFINITY;

/** Client i needs 1 s down, 10 i + 10 s of computing and 2 s up. */
function cohortOf(changes: {
  readonly fleet?: Fleet;
  readonly presence?: Presence;
  readonly trainer?: Partial<CohortTrainer>;
}) {
  const fleet = changes.fleet ?? uniformFleet(4);
  const globalModel = new MemoryModel(0, initialParameters(logisticRegression, 1));
  const cohort = new VirtualCohort({
    fleet,
    truth: fixedTruth((client) => ({ downloadSeconds: 1, computeSeconds: 10 * client + 10, uploadSeconds: 2 })),
    presence: changes.presence ?? allPresent(fleet.size),
    workload: lenetWorkload,
    candidates: new FleetCandidates(fleet, { linkSpread: true }),
    trainer: { ...idleTrainer(fleet.columns.exampleCounts), ...changes.trainer },
    globalModel,
  });
  cohort.openRound(1, 0);
  return { cohort, globalModel };
}

function taskOf(model: MemoryModel, changes: Partial<RoundTask> = {}): RoundTask {
  const training = { epochs: 2, batchSize: 10, learningRate: 0.1, momentum: 0 };
  return {
    ...{ round: 1, model: model.current, architecture: logisticRegression, training },
    ...{ deadlineSeconds: 25, seed: 9, ...changes },
  };
}

const running = new AbortController().signal;

async function repliesTo(
  changes: Parameters<typeof cohortOf>[0],
  clients: readonly number[],
  task: Partial<RoundTask> = {},
): Promise<{ readonly replies: readonly CohortReply[]; readonly cohort: VirtualCohort }> {
  const { cohort, globalModel } = cohortOf(changes);
  const replies: CohortReply[] = [];
  for await (const reply of cohort.train(taskOf(globalModel, task), clients.map(clientIdOf), running)) {
    replies.push(reply);
  }
  return { replies, cohort };
}

const endsOf = (replies: readonly CohortReply[]) =>
  replies.map((reply) => {
    if (reply.kind === "update") return `${reply.update.clientId} update at ${reply.latencySeconds}`;
    return `${reply.outcome.clientId} ${reply.outcome.status} at ${reply.outcome.latencySeconds}`;
  });

describe("a round of a virtual cohort", () => {
  it("ends at the deadline, with the aggregator's words for who is late", async () => {
    // 0 arrives at 13 s, 1 at 23 s, 2 would at 33 s and has computed 24 of its 30 s at 25 s.
    const { replies, cohort } = await repliesTo({}, [2, 0, 1]);
    expect(endsOf(replies)).toEqual(["client-0 update at 13", "client-1 update at 23", "client-2 late at 25"]);
    expect(replies[2]).toMatchObject({
      outcome: { reason: "The deadline of 25 s passed.", computeSeconds: 24 },
    });
    expect(cohort.settled?.seconds).toBe(25);
  });

  it("closes with the updates that it waits for: the others are surplus", async () => {
    const { replies } = await repliesTo({}, [2, 0, 1], { closesAfterUpdates: 1 });
    expect(endsOf(replies)).toEqual(["client-0 update at 13", "client-1 surplus at 13", "client-2 surplus at 13"]);
    expect(replies[1]).toMatchObject({
      outcome: { reason: "The round closed after 13 s with the one update that it waited for.", computeSeconds: 12 },
    });
  });

  it("waits for all where the policy would, beyond the deadline", async () => {
    const { replies } = await repliesTo({}, [0, 3], { waitsForAll: true });
    expect(endsOf(replies)).toEqual(["client-0 update at 13", "client-3 update at 43"]);
  });

  it("counts who went away as unresponsive", async () => {
    const presence = { ...allPresent(4), staysSeconds: (client: number) => (client === 1 ? 8 : never) };
    const { replies } = await repliesTo({ presence }, [0, 1]);
    expect(endsOf(replies)).toEqual(["client-0 update at 13", "client-1 unresponsive at 25"]);
    expect(replies[1]).toMatchObject({
      outcome: { reason: "The deadline of 25 s passed. It was disconnected then.", computeSeconds: 7 },
    });
  });

  it("trains only those whose update is used", async () => {
    const trained: number[] = [];
    const idle = idleTrainer(uniformFleet(4).columns.exampleCounts);
    const train = (client: number, task: ShareTask) => {
      trained.push(client);
      return idle.train(client, task);
    };
    await repliesTo({ trainer: { train } }, [0, 1, 2, 3]);
    expect(trained).toEqual([0, 1]);
  });

  it("passes on the run's settings, or the less that a client is asked for", async () => {
    const asked: unknown[] = [];
    const idle = idleTrainer(uniformFleet(4).columns.exampleCounts);
    const train = (client: number, task: ShareTask) => {
      asked.push([client, task.settings.epochs, task.settings.maximumExamples, task.seed]);
      return idle.train(client, task);
    };
    const work = new Map([["client-1", { exampleCount: 40, epochs: 1 }]]);
    const { replies } = await repliesTo({ trainer: { train } }, [0, 1], { work });
    expect(asked).toEqual([
      [0, 2, 100, 9],
      [1, 1, 40, 9],
    ]);
    // 100 examples in 10 batches, twice; 40 in 4, once.
    expect(replies).toMatchObject([
      { update: { exampleCount: 100, datasetExampleCount: 100, stepCount: 20 } },
      { update: { exampleCount: 40, datasetExampleCount: 100, stepCount: 4 } },
    ]);
  });

  it("takes the same part of a share that is smaller than what the client's fleet says it holds", async () => {
    const most: (number | undefined)[] = [];
    const idle = idleTrainer(uniformFleet(4).columns.exampleCounts);
    const trainer: Partial<CohortTrainer> = {
      shareSizeOf: () => 30,
      train: (client, task) => {
        most.push(task.settings.maximumExamples);
        return idle.train(client, task);
      },
    };
    const work = new Map([["client-1", { exampleCount: 40, epochs: 1 }]]);
    await repliesTo({ trainer }, [0, 1], { work });
    // 30 of 30, and 40 of 100 of 30.
    expect(most).toEqual([30, 12]);
  });

  it("yields updates in the order of their virtual arrival, whichever was trained first", async () => {
    const order = fc.uniqueArray(fc.nat({ max: 11 }), { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 5 }), async (ready, threadCount) => {
        const fleet = uniformFleet(12);
        const idle = idleTrainer(fleet.columns.exampleCounts);
        const waiting = new Map<number, () => void>();
        const train = async (client: number, task: ShareTask): Promise<LocalTrainingResult> => {
          await new Promise<void>((resolve) => waiting.set(client, resolve));
          return idle.train(client, task);
        };
        const finished = repliesTo({ fleet, trainer: { train, threadCount } }, [...ready], { deadlineSeconds: 1000 });
        let isOver = false;
        void finished.then(() => {
          isOver = true;
        });
        // Of those in training, the one that stands first in `ready` is through next.
        while (!isOver) {
          const next = ready.find((client) => waiting.has(client));
          if (next !== undefined) waiting.get(next)?.();
          if (next !== undefined) waiting.delete(next);
          await new Promise(setImmediate);
        }
        const { replies } = await finished;
        expect(endsOf(replies)).toEqual(expectedArrivals(12));
      }),
      { numRuns: 25 },
    );
  });

  it("ends early when the run is interrupted, without waiting for trainings", async () => {
    const interruption = new AbortController();
    const { cohort, globalModel } = cohortOf({ trainer: { train: () => new Promise(() => {}) } });
    const replies: CohortReply[] = [];
    setImmediate(() => interruption.abort());
    for await (const reply of cohort.train(taskOf(globalModel), ["client-0"], interruption.signal)) replies.push(reply);
    expect(replies).toEqual([]);
  });
});

const expectedArrivals = (count: number) =>
  Array.from({ length: count }, (_, client) => `client-${client} update at ${10 * client + 13}`);

describe("a training that diverges", () => {
  const idle = idleTrainer(uniformFleet(4).columns.exampleCounts);
  const diverging = (...clients: readonly number[]): Partial<CohortTrainer> => ({
    train: async (client, task) => {
      if (clients.includes(client)) throw new ProbSelectError("models.training-diverged", "The loss is NaN.");
      return idle.train(client, task);
    },
  });

  it("fails its client when it would have uploaded, and lets the next one count instead", async () => {
    const { replies, cohort } = await repliesTo({ trainer: diverging(0) }, [0, 1, 2], {
      closesAfterUpdates: 1,
      deadlineSeconds: 100,
    });
    expect(endsOf(replies)).toEqual(["client-0 failed at 11", "client-1 update at 23", "client-2 surplus at 23"]);
    expect(replies[0]).toMatchObject({ outcome: { reason: "The loss is NaN.", computeSeconds: 10 } });
    expect(cohort.settled).toMatchObject({ seconds: 23 });
    expect(cohort.settled?.clients.map(({ client, status }) => `${client} ${status}`)).toEqual([
      "1 completed",
      "2 surplus",
      "0 lost",
    ]);
  });

  it("ends a round of which nobody is left as soon as the last has said so", async () => {
    const { replies, cohort } = await repliesTo({ trainer: diverging(0, 1) }, [0, 1]);
    expect(endsOf(replies)).toEqual(["client-0 failed at 11", "client-1 failed at 21"]);
    expect(cohort.settled).toMatchObject({ seconds: 21 });
  });

  it("is no other error: what breaks the trainer breaks the run", async () => {
    const train = () => Promise.reject(new ProbSelectError("client.worker-crashed", "out of memory"));
    await expect(repliesTo({ trainer: { train } }, [0])).rejects.toMatchObject({ code: "client.worker-crashed" });
  });
});

describe("the candidates of a virtual cohort", () => {
  it("are the clients that are there, the same objects in every round", () => {
    const presentByRound = [Uint32Array.of(0, 2), Uint32Array.of(2, 3)];
    const presence = { ...allPresent(4), presentAt: (seconds: number) => presentByRound[seconds] as Uint32Array };
    const { cohort } = cohortOf({ presence });
    const before = cohort.candidates();
    expect(before.map(({ clientId }) => clientId)).toEqual(["client-0", "client-2"]);
    cohort.openRound(2, 1);
    const after = cohort.candidates();
    expect(after.map(({ clientId }) => clientId)).toEqual(["client-2", "client-3"]);
    expect(after[0]).toBe(before[1]);
  });

  it("say how long they must be waited for, and to which site they belong", () => {
    const contact = { secondsUntilContact: (client: number, now: number) => Math.max(0, 10 * client - now) };
    const { cohort } = cohortOf({ fleet: uniformFleet(2, { contact, sites: Uint32Array.of(7, 8) }) });
    expect(cohort.candidates()).toMatchObject([
      { clientId: "client-0", labels: ["site:7"], exampleCount: 100 },
      { clientId: "client-1", labels: ["site:8"], contactSeconds: 10 },
    ]);
    expect(cohort.candidates()[0]).not.toHaveProperty("contactSeconds");
  });

  it("are asked for their loss and their stay before a round", async () => {
    const presence = { ...allPresent(4), staysSeconds: (client: number) => (client === 1 ? 8 : never) };
    const { cohort } = cohortOf({ presence, trainer: { lossOf: async (client) => client / 2 } });
    const { losses, staysNextRound } = await cohort.monitor(["client-3", "client-1"], 10);
    expect([...(losses ?? [])]).toEqual([Number.NaN, 0.5, Number.NaN, 1.5]);
    expect([...(staysNextRound ?? [])]).toEqual([1, 0, 1, 1]);
  });
});
