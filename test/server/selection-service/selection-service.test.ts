// Runs: what the service remembers between rounds, and what it says where it does not.

import { describe, expect, it } from "vitest";
import {
  feedbackRequestSchema,
  parseRequest,
  selectionRequestSchema,
} from "../../../server/selection-service/request-schema.ts";
import type { SelectionService } from "../../../server/selection-service/selection-service.ts";
import { question, startService } from "./support.ts";

const ask = (service: SelectionService, changes: Readonly<Record<string, unknown>>, ...clientIds: string[]) =>
  service.select(parseRequest(selectionRequestSchema, question(changes, ...clientIds)));
const selectedBy = (...asked: Parameters<typeof ask>) =>
  ask(...asked).decisions.flatMap(({ clientId, selected }) => (selected ? [clientId] : []));
const tell = (service: SelectionService, runId: string, feedback: unknown) =>
  service.learn(parseRequest(feedbackRequestSchema, { runId, feedback }));
const fared = (clientId: string, onTime: boolean) => ({ clientId, onTime, latencySeconds: 3, exampleCount: 2000 });

describe("a run", () => {
  it("keeps its policy's memory between its rounds, whatever the order of its candidates", () => {
    const { service } = startService();
    const run = { runId: "r", policy: "taker" };
    expect(selectedBy(service, { ...run, round: 1 })).toEqual(["a"]);
    expect(selectedBy(service, { ...run, round: 2 }, "c", "b", "a")).toEqual(["b"]);
    expect(selectedBy(service, { ...run, round: 5 })).toEqual(["c"]);
  });

  it("has a memory of its own, and a request without a run has none", () => {
    const { service } = startService();
    for (const runId of ["r", "s", undefined, undefined]) {
      expect(selectedBy(service, { runId, policy: "taker" })).toEqual(["a"]);
    }
    expect(selectedBy(service, { runId: "s", policy: "taker", round: 2 })).toEqual(["b"]);
  });

  it("says whether it began with the request, so that a caller sees that a service was started again", () => {
    const { service } = startService();
    expect(ask(service, { runId: "r" })).toMatchObject({ runId: "r", isNewRun: true });
    expect(ask(service, { runId: "r", round: 2 })).toMatchObject({ runId: "r", isNewRun: false });
    expect(ask(service, {})).toMatchObject({ runId: null, isNewRun: true });
  });

  it("gives the same answer to the same request again, without taking another turn", () => {
    const { service } = startService();
    const run = { runId: "r", policy: "taker" };
    const first = ask(service, { ...run, round: 1 });
    expect(ask(service, { ...run, round: 1 })).toEqual(first);
    expect(selectedBy(service, { ...run, round: 2 })).toEqual(["b"]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      "the last round with another deadline",
      { round: 2, slo: { deadlineSeconds: 9 } },
      /Round 2 .* was decided for other/,
    ],
    ["an earlier round", { round: 1 }, /past round 1: its last was 2\. Rounds only go up/],
    ["another policy", { round: 3, policy: "probselect" }, /begun with other terms.*Take another runId/],
    ["other settings", { round: 3, cohortSize: 5 }, /begun with other terms/],
    ["another seed", { round: 3, seed: 5 }, /begun with other terms/],
  ])("refuses %s, and goes on", (_, changes, message) => {
    const { service } = startService();
    const run = { runId: "r", policy: "taker" };
    ask(service, { ...run, round: 1 });
    ask(service, { ...run, round: 2 });
    expect(() => ask(service, { ...run, ...changes })).toThrow(
      expect.objectContaining({ code: "server.run-conflict", message: expect.stringMatching(message) }),
    );
    expect(selectedBy(service, { ...run, round: 3 })).toEqual(["c"]);
  });

  it("keeps the operator's rules, whose shares count over its rounds", () => {
    const { service } = startService();
    const run = { runId: "r", rules: { exclude: ["c"], participation: { cap: 0.5 } } };
    expect(selectedBy(service, { ...run, round: 1 })).toEqual(["a", "b"]);
    // A second selection in two rounds would be more than half of them.
    expect(selectedBy(service, { ...run, round: 2 })).toEqual([]);
    expect(selectedBy(service, { ...run, round: 3 })).toEqual(["a", "b"]);
    expect(() => ask(service, { ...run, rules: { exclude: ["b"] }, round: 4 })).toThrow(/begun with other terms/);
  });

  it("does not begin with a request that cannot be answered", () => {
    const { service } = startService();
    expect(() => ask(service, { runId: "r", policy: "oortt" })).toThrow(
      expect.objectContaining({ code: "selection.unknown-policy" }),
    );
    expect(service.runCount).toBe(0);
    expect(ask(service, { runId: "r" }).isNewRun).toBe(true);
  });
});

describe("the runs that are remembered", () => {
  it("are so many; the one that was not used for the longest is dropped, which its next request is told", () => {
    const { service, dropped } = startService(2);
    ask(service, { runId: "old", policy: "taker" });
    ask(service, { runId: "used", policy: "taker" });
    ask(service, { runId: "old", policy: "taker", round: 2 });
    ask(service, { runId: "new", policy: "taker" });
    expect(dropped).toEqual(["used"]);
    expect(service.runCount).toBe(2);
    const late = () => ask(service, { runId: "used", policy: "taker", round: 2 });
    expect(late).toThrow(
      expect.objectContaining({
        code: "server.dropped-run",
        message: expect.stringMatching(/keeps the 2 runs that were used last.*another runId.*--maximum-runs/),
      }),
    );
    expect(() => tell(service, "used", { round: 1, clients: [] })).toThrow(/was dropped/);
    expect(selectedBy(service, { runId: "old", policy: "taker", round: 3 })).toEqual(["c"]);
  });

  it("are forgotten for good in the end: the memory is bounded, that of dropped ids too", () => {
    const { service, dropped } = startService(1);
    for (let index = 0; index <= 102; index++) ask(service, { runId: `run-${index}` }, "a");
    expect(dropped).toHaveLength(102);
    expect(() => ask(service, { runId: "run-101" })).toThrow(/was dropped/);
    expect(ask(service, { runId: "run-0" }).isNewRun).toBe(true);
  });
});

describe("how a round ended", () => {
  it("is learned by a policy that learns, once", () => {
    const { service } = startService();
    const run = { runId: "r", policy: "grudge" };
    expect(selectedBy(service, run)).toEqual(["a", "b", "c"]);
    const outcome = { round: 1, clients: [fared("a", true), fared("b", false), fared("c", true)] };
    expect(tell(service, "r", outcome)).toEqual({
      learned: true,
      reason: "The policy grudge learned how 3 clients fared.",
    });
    expect(tell(service, "r", outcome)).toEqual({ learned: false, reason: "Round 1 was learned before." });
    expect(selectedBy(service, { ...run, round: 2 })).toEqual(["a", "c"]);
  });

  it("never reaches a policy of static specs, and its sender is told", () => {
    const { service } = startService();
    ask(service, { runId: "r" });
    expect(tell(service, "r", { round: 1, clients: [fared("a", false)] })).toEqual({
      learned: false,
      reason: "The policy probselect needs static specs alone: nothing measured reaches it.",
    });
  });

  it.each<[string, string, unknown, RegExp]>([
    ["of a run that nobody knows", "s", { round: 1, clients: [] }, /No run "s" is known.*started again/],
    ["of another round", "r", { round: 2, clients: [] }, /Round 2 is not the last .* that is 1/],
    [
      "of a client that was not there",
      "r",
      { round: 1, clients: [fared("z", true)] },
      /"z" was not selected in round 1/,
    ],
    ["of a client twice", "r", { round: 1, clients: [fared("a", true), fared("a", true)] }, /"a" is there twice/],
    [
      "with a negative time",
      "r",
      { round: 1, clients: [{ ...fared("a", true), latencySeconds: -1 }] },
      /latencySeconds/,
    ],
  ])("is refused %s", (_, runId, feedback, message) => {
    const { service } = startService();
    ask(service, { runId: "r", policy: "grudge" });
    expect(() => tell(service, runId, feedback)).toThrow(message);
  });

  it("needs a run: a policy that learns is refused without one", () => {
    const { service } = startService();
    expect(() => ask(service, { policy: "grudge" })).toThrow(/grudge learns from the rounds\. Give a runId/);
  });
});
