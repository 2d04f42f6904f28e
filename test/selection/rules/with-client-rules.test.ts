import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../selection/policies/find-policy.ts";
import { codeOf } from "../../../selection/policy/impossibility.ts";
import { type RoundFeedback, type Selection, startPolicy } from "../../../selection/policy/policy.ts";
import { tableOfCandidates } from "../../../selection/policy/table-of-candidates.ts";
import type { ClientRules } from "../../../selection/rules/client-rules.ts";
import { noParticipation } from "../../../selection/rules/participation.ts";
import { selectUnderRules, withClientRules } from "../../../selection/rules/with-client-rules.ts";
import { chosenBy, decide, decideRound, fleet } from "../policies/support.ts";
import { codesOf, labelled, mixed, probselect, reasonsOf, tooSmall } from "./support.ts";

describe("rules of who may take part", () => {
  it.each<[ClientRules, string[]]>([
    [{ include: ["sat-*", "plain"] }, ["sat-1", "sat-2", "plain"]],
    [{ include: ["label:site:*"] }, ["sat-1", "sat-2", "berlin-1", "paris-1"]],
    [{ exclude: ["sat-*"] }, ["berlin-1", "paris-1", "plain"]],
    [{ include: ["sat-*"], exclude: ["sat-1"] }, ["sat-2"]],
    [{ requireLabels: ["tier:gold", "site:*"] }, ["sat-2", "berlin-1"]],
    [{ anyLabels: ["site:paris", "site:berlin"] }, ["berlin-1", "paris-1"]],
    [{ forbidLabels: ["beta:*", "tier:*"] }, ["sat-1", "plain"]],
    [{ requireLabels: ["tier:gold"], forbidLabels: ["site:orbit"] }, ["berlin-1"]],
    [{ exclude: ["*"] }, []],
    [{}, ["sat-1", "sat-2", "berlin-1", "paris-1", "plain"]],
  ])("%j admit %j", (rules, expected) => {
    expect(chosenBy(probselect(rules), mixed)).toEqual(expected);
  });

  it.each<[ClientRules, string, string]>([
    [{ exclude: ["x", "sat-*"] }, "sat-1", 'Skipped: the rule exclude "sat-*" keeps it out.'],
    [{ include: ["sat-*"] }, "plain", 'Skipped: the rule include "sat-*" leaves it out.'],
    [
      { include: ["a", "b", "c", "d", "e"] },
      "plain",
      'Skipped: the rule include "a", "b", "c" and 2 more leaves it out.',
    ],
    [{ requireLabels: ["tier:gold"] }, "sat-1", 'Skipped: it lacks the label "tier:gold" that the rules require.'],
    [
      { anyLabels: ["tier:gold", "tier:silver"] },
      "plain",
      'Skipped: it has none of the labels that the rule anyLabels asks for: "tier:gold", "tier:silver".',
    ],
    [{ forbidLabels: ["beta:*"] }, "paris-1", 'Skipped: the rule forbidLabels "beta:*" keeps it out.'],
  ])("%j say to %s: %s", (rules, clientId, sentence) => {
    const decisions = decide(probselect(rules), mixed);
    expect(codesOf(decisions)[clientId]).toBe("excluded-by-rule");
    expect(reasonsOf(decisions)[clientId]).toBe(sentence);
  });

  it("come before what is impossible, and leave the policy's own reasons as they are", () => {
    const decisions = decide(probselect({ exclude: ["a"] }), [
      labelled("a", 0.9, [], tooSmall),
      labelled("b", 0.9, [], tooSmall),
      labelled("c", 0.62, []),
    ]);
    expect(codesOf(decisions)).toEqual({ a: "excluded-by-rule", b: "insufficient-memory", c: "below-probability" });
    expect(reasonsOf(decisions).c).toBe(
      "Skipped: it should take about 3.1 s and meets the deadline of 30 s with 62.0 % probability, below the 80.0 % asked for.",
    );
  });

  it("leave the cohort's places to the others", () => {
    // By probability alone the two places would go to client-0 and client-1.
    const candidates = fleet([0.99, 0.98, 0.9, 0.85]);
    expect(chosenBy(probselect({ exclude: ["client-0", "client-1"] }, 2), candidates)).toEqual([
      "client-2",
      "client-3",
    ]);
  });

  it("let a random policy draw its share of the admitted only", () => {
    // Half of four, not half of ten.
    const policy = withClientRules(createPolicy("random"), {
      exclude: ["client-4", "client-5", "client-6", "client-7", "client-8", "client-9"],
    });
    expect(chosenBy(policy, fleet(Array.from({ length: 10 }, () => 0.5)))).toHaveLength(2);
  });
});

describe("the policy under rules", () => {
  it("speaks of those whom the rules admit, and says how many they are", () => {
    const policy = createPolicy("quorum", { settings: { adaptiveWork: "off", requiredUpdates: 1 } });
    const noteUnder = (rules: ClientRules) => decideRound(withClientRules(policy, rules), fleet([0.9, 0.9, 0.9])).note;
    expect(noteUnder({ exclude: ["client-2"] })).toMatch(
      /^The rules admit 2 of 3 candidates\. Of these: 2 of 2 candidates are feasible; /,
    );
    expect(noteUnder({ exclude: ["nobody"] })).toMatch(/^3 of 3 candidates are feasible; /);
  });

  it("keeps its name and is told what it must be told", () => {
    const told: RoundFeedback[] = [];
    const learning = withClientRules(
      startPolicy<null>({
        name: "attentive",
        needs: "history",
        begin: () => null,
        select: ({ candidates }) => ({
          selection: { reasons: new Uint8Array(candidates.size), because: () => "it is there" },
          state: null,
        }),
        learn: (_, feedback) => {
          told.push(feedback);
          return null;
        },
      }),
      { exclude: ["b"] },
    );
    expect(learning).toMatchObject({ name: "attentive", needs: "history" });
    const feedback: RoundFeedback = { round: 1, deadlineSeconds: 30, roundSeconds: 3, clients: [] };
    if (learning.needs === "history") learning.learn(feedback);
    expect(told).toEqual([feedback]);
  });

  it("finds the truth and what was monitored under its clients' slots", () => {
    // Slots 0, 1, 2; the policies see candidates 1 and 2 as 0 and 1.
    const byTruth = withClientRules(
      startPolicy<null>({
        name: "seer",
        needs: "truth",
        begin: () => null,
        select: ({ candidates, truth, slo }) => ({
          selection: {
            reasons: Uint8Array.from(candidates.slots, (slot) =>
              (truth.roundSeconds[slot] as number) <= slo.deadlineSeconds ? 0 : codeOf("too-slow"),
            ),
            because: () => "so it is",
          },
          state: null,
        }),
      }),
      { exclude: ["client-0"] },
    );
    const truth = { roundSeconds: Float64Array.of(1, 99, 5) };
    expect(codesOf(decide(byTruth, fleet([0.5, 0.5, 0.5]), { truth }))).toEqual({
      "client-0": "excluded-by-rule",
      "client-1": "too-slow",
      "client-2": "selected",
    });
    const byLoss = withClientRules(
      startPolicy<null>({
        name: "listener",
        needs: "monitoring",
        begin: () => null,
        asksLossOf: ({ candidates }) => Uint32Array.from({ length: candidates.size }, (_, place) => place),
        select: ({ candidates, monitoring }) => ({
          selection: {
            reasons: Uint8Array.from(candidates.slots, (slot) =>
              (monitoring.losses?.[slot] ?? 0) > 1 ? 0 : codeOf("not-chosen"),
            ),
            because: () => "so it says",
          },
          state: null,
        }),
      }),
      { exclude: ["client-0"] },
    );
    const monitoring = { losses: Float64Array.of(9, 0.1, 2), staysNextRound: null };
    if (byLoss.needs !== "monitoring") throw new Error("the rules changed what the policy needs");
    const slo = { deadlineSeconds: 10, minimumProbability: 0.5 };
    const candidates = tableOfCandidates(fleet([0.5, 0.5, 0.5]), { slo });
    expect(byLoss.asksLossOf({ round: 1, seed: 1, slo, candidates })).toEqual(Uint32Array.of(1, 2));
    expect(chosenBy(byLoss, fleet([0.5, 0.5, 0.5]), { monitoring })).toEqual(["client-2"]);
  });

  it("has its answer spread over all candidates: work, deadline, end, objective and note", () => {
    const answer: Omit<Selection, "reasons"> = {
      because: (index) => `it is number ${index} that the policy sees`,
      work: new Map([[1, { exampleCount: 64, epochs: 1 }]]),
      roundEnd: { kind: "first", updates: 1 },
      deadlineSeconds: 12,
      objective: { updates: 1, probability: 0.9, reached: 0.95 },
      note: "Two were asked.",
    };
    const policy = withClientRules(
      startPolicy<null>({
        name: "generous",
        needs: "static-specs",
        begin: () => null,
        select: ({ candidates }) => ({
          selection: { reasons: new Uint8Array(candidates.size), ...answer },
          state: null,
        }),
      }),
      { exclude: ["client-0", "client-2"] },
    );
    const round = decideRound(policy, fleet([0.9, 0.9, 0.9, 0.9]));
    expect(round.decisions.map(({ reason }) => reason)).toEqual([
      'Skipped: the rule exclude "client-0" keeps it out.',
      "Selected: it is number 0 that the policy sees.",
      'Skipped: the rule exclude "client-2" keeps it out.',
      "Selected: it is number 1 that the policy sees.",
    ]);
    expect(round.decisions.map(({ work }) => work)).toEqual([
      undefined,
      undefined,
      undefined,
      { exampleCount: 64, epochs: 1 },
    ]);
    expect(round).toMatchObject({
      deadlineSeconds: 12,
      roundEnd: { kind: "first", updates: 1 },
      note: expect.stringMatching(/^The rules admit \d of \d candidates\. Of these: Two were asked\.$/),
    });
    expect(round.forecast.objective).toEqual({ updates: 1, probability: 0.9, reached: 0.95 });
  });

  it("decides by the counts that it is given and changes none of them", () => {
    const slo = { deadlineSeconds: 30, minimumProbability: 0.8 };
    const request = { round: 1, seed: 7, slo, candidates: tableOfCandidates(fleet([0.9, 0.1]), { slo }) };
    const plain = createPolicy("probselect");
    if (plain.needs !== "static-specs") throw new Error("probselect needs static specs alone");
    const step = (before: typeof noParticipation) =>
      selectUnderRules(
        { rules: { participation: { floor: 0.5, cap: 0.5 } }, request, select: (asked) => plain.select(asked) },
        before,
      );
    const first = step(noParticipation);
    const second = step(first.state);
    expect([...first.selection.reasons]).toEqual([0, codeOf("below-probability")]);
    // n = 2, cap ceil(1) = 1: client-0 has had its round; floor(1) = 1: client-1 is due.
    expect([...second.selection.reasons]).toEqual([codeOf("participation-cap"), 0]);
    expect([...first.state.selections]).toEqual([1, 0]);
    expect([...second.state.selections]).toEqual([1, 1]);
    expect(step(first.state).state).toEqual(second.state);
    expect(step(noParticipation).state).toEqual(first.state);
  });

  it("is refused with rules that cannot be kept", () => {
    expect(() => probselect({ participation: { floor: 1, cap: 0 } })).toThrow(
      expect.objectContaining({ code: "selection.invalid-argument" }),
    );
  });
});
