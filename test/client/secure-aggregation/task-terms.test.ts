// What an agent refuses for its operator, in runs with real sockets.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runAgent } from "../../../client/agent.ts";
import type { AgentEvent } from "../../../client/agent-types.ts";
import { anyTerms, refusalOfTask, sourceOf } from "../../../client/secure-aggregation/task-terms.ts";
import { agentOptions } from "../../../experiments/faults/agents/agent-options.ts";
import { BATCH_SIZE } from "../../../experiments/faults/small-run.ts";
import type { Train } from "../../../protocol/messages.ts";
import { secureParts } from "../../integration/secure/secure-run.ts";
import { startTestRun } from "../../server/support/tiny-run.ts";

const required = { areMasksRequired: true, minimumClients: 4 };
let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => stop.abort());

/** How the round's clients end, with agents that ask for sums of at least four clients. */
async function endsWith(aggregation: object) {
  const config = { minimumClients: 3, training: { batchSize: BATCH_SIZE }, aggregation };
  await using run = await startTestRun(config, { parts: secureParts() });
  const events: AgentEvent[] = [];
  const agents = [1, 2, 3].map((number) =>
    runAgent({ ...agentOptions(number, run.url, (event) => events.push(event)), maskTerms: required }, stop.signal),
  );
  await run.finished;
  await Promise.all(agents);
  expect(events.filter(({ type }) => type === "task-started")).toEqual([]);
  return run.log.of("client-ended").map(({ outcome }) => outcome);
}

describe("an agent whose operator requires masks", () => {
  it("refuses a task whose update would leave as it is, before it trains, and says why", async () => {
    const reason = expect.stringContaining("client.masks-required: The update would leave this agent as it is");
    const refused = expect.objectContaining({ status: "refused", reason, computeSeconds: 0 });
    expect(await endsWith({})).toEqual([refused, refused, refused]);
  });

  it("refuses a task whose sum may be of fewer clients than it asks for", async () => {
    const reason = expect.stringContaining("The sum may be of 3 clients only; this agent's operator asks for 4.");
    const refused = expect.objectContaining({ status: "refused", reason });
    expect(await endsWith({ secure: { minimumClients: 3 } })).toEqual([refused, refused, refused]);
  });
});

describe("a task with secure aggregation", () => {
  const task = {
    parameters: { sha256: "ab", path: "/v1/models/ab", byteLength: 1 },
    training: { epochs: 1, batchSize: 1, learningRate: 1, momentum: 0, seed: 7 },
    secureAggregation: { version: 1, minimumClients: 3 },
  } as Train;

  it("is taken by an agent whose operator asks for nothing", () => {
    expect(refusalOfTask(task, anyTerms, new Set())).toBeUndefined();
  });

  it("is refused by one that has given away its shares of a sum with the same update", () => {
    expect(refusalOfTask(task, anyTerms, new Set([sourceOf(task)]))).toMatchObject({
      code: "secure-aggregation.unsafe-request",
    });
  });

  it("is taken again in another round on the same model, whose training is another", () => {
    const next = { ...task, training: { ...task.training, seed: 8 } };
    expect(refusalOfTask(next, anyTerms, new Set([sourceOf(task)]))).toBeUndefined();
  });
});
