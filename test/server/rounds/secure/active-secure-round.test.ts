// A secure round with agents that do not keep to the protocol, over real sockets: four that do, in this process, and a scripted one.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runAgent } from "../../../../client/agent.ts";
import { agentOptions } from "../../../../experiments/faults/agents/agent-options.ts";
import { BATCH_SIZE } from "../../../../experiments/faults/small-run.ts";
import type { ParameterSet } from "../../../../models/parameter-set.ts";
import type { SecureReply, SecureRequest } from "../../../../protocol/secure-aggregation/exchange.ts";
import {
  distance,
  firstModel,
  HALF_STEP,
  namesOf,
  plainMean,
  runConfig,
  secure,
  secureParts,
} from "../../../integration/secure/secure-run.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { startTestRun, type TestRun } from "../../support/tiny-run.ts";

const honest = [1, 2, 3, 4];
let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => stop.abort());

type Answer = (request: SecureRequest, acknowledge: (reply: SecureReply) => void) => void;

/** One round with the agent "odd", which says that it has trained, and answers the steps so. @returns how it ended. */
async function roundWith(answer: Answer, phaseSeconds = 5) {
  const models: ParameterSet[] = [];
  const config = { ...runConfig, rounds: 1, aggregation: { secure: { ...secure, phaseSeconds } } };
  await using run = await startTestRun(config, { parts: secureParts((parameters) => models.push(parameters)) });
  for (const number of honest)
    void runAgent(
      agentOptions(number, run.url, () => {}),
      stop.signal,
    );
  const odd = await ScriptedAgent.join(run.url, "odd", { register: { exampleCount: 40 } });
  odd.socket.on("secure", answer);
  const { taskId } = await odd.task();
  odd.socket.emit("progress", { taskId, phase: "trained", fraction: 1 });
  await run.finished;
  expect(distance(models[0] as ParameterSet, await plainMean(honest, 1, firstModel()))).toBeLessThan(HALF_STEP);
  expect(run.log.of("secure-round-ended")).toMatchObject([{ survivorClientIds: namesOf(honest) }]);
  return { end: endOf(run, "odd"), ends: run.log.of("client-ended").length, cancels: odd.cancels };
}

const endOf = (run: TestRun, clientId: string) =>
  run.log.of("client-ended").find(({ outcome }) => outcome.clientId === clientId)?.outcome;

describe("a secure round goes on without a client", () => {
  it("that answers nonsense, and names what was wrong with it", async () => {
    const { end, ends, cancels } = await roundWith((_request, acknowledge) =>
      acknowledge({ accepted: true, message: { encryptionKey: "none" } }),
    );
    const reason = expect.stringContaining("protocol.malformed-message: keys:");
    expect(end).toMatchObject({ status: "failed", reason });
    expect(ends).toBe(5);
    // It is told, so that it stops waiting.
    expect(cancels).toHaveLength(1);
  });

  it("that refuses, with its own words", async () => {
    const { end } = await roundWith((_request, acknowledge) =>
      acknowledge({ accepted: false, code: "secure-aggregation.unsafe-request", reason: "I do not trust you." }),
    );
    expect(end).toMatchObject({
      ...{ status: "refused", reason: "secure-aggregation.unsafe-request: I do not trust you." },
    });
  });

  it("that is silent, when the phase is over", async () => {
    const { end } = await roundWith(() => {}, 1);
    expect(end).toMatchObject({
      ...{ status: "late", reason: 'It had not answered when the phase "keys" of secure aggregation ended.' },
    });
  });
});

describe("a client that never trains", () => {
  it("is cut off in time for the phases of the others", async () => {
    const config = { ...runConfig, rounds: 1, slo: { deadlineSeconds: 30 }, aggregation: { secure } };
    await using run = await startTestRun({ ...config, training: { batchSize: BATCH_SIZE } }, { parts: secureParts() });
    for (const number of honest)
      void runAgent(
        agentOptions(number, run.url, () => {}),
        stop.signal,
      );
    await ScriptedAgent.join(run.url, "odd", { answerCancel: 3 });
    await run.finished;
    // 30 s, half of which five phases may take.
    const sentence = "It had not trained after 15 s; the rest of the 30 s is for the phases of secure aggregation.";
    expect(endOf(run, "odd")).toMatchObject({ status: "late", reason: sentence, computeSeconds: 3 });
    expect(run.log.of("secure-round-ended")).toMatchObject([{ survivorClientIds: namesOf(honest) }]);
  });
});
