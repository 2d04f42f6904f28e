import { describe, expect, it } from "vitest";
import type { ClientRules } from "../../../selection/rules/client-rules.ts";
import { chosenBy, decide, decideRound, fleet } from "../policies/support.ts";
import { codesOf, labelled, mixed, probselect, reasonsOf, runOf, tooSmall } from "./support.ts";

describe("rules of priority", () => {
  const gold: ClientRules = {
    priority: [
      { match: "sat-1", level: -1 },
      { match: "label:tier:gold", level: 2 },
      { match: "paris-*", level: 1 },
    ],
  };
  const candidates = mixed.map(({ candidate, forecast }, index) => ({
    candidate,
    forecast: { ...forecast, deadlineProbability: 0.99 - index / 100 },
  }));

  it("are named in the reason of those whom they put before or after others", () => {
    const rules = { priority: [{ match: "client-1", level: 2 }] };
    const decisions = decide(probselect(rules, 1), fleet([0.95, 0.9]));
    expect(decisions[1]?.reason).toMatch(/^Selected: .*; the rules give it priority 2\.$/);
    expect(decisions[0]?.reason).not.toMatch(/priority/);
  });

  it("put higher levels first, then who is named by none, then lower levels; the policy orders its equals", () => {
    // Levels: sat-1 -1, sat-2 2, berlin-1 2, paris-1 1, plain 0; probabilities fall in that order.
    const chosen = [1, 2, 3, 4].map((size) => chosenBy(probselect(gold, size), candidates));
    expect(chosen).toEqual([
      ["sat-2"],
      ["sat-2", "berlin-1"],
      ["sat-2", "berlin-1", "paris-1"],
      ["sat-2", "berlin-1", "paris-1", "plain"],
    ]);
  });

  it("count by the first entry that names the client", () => {
    const rules: ClientRules = {
      priority: [
        { match: "sat-*", level: 0 },
        { match: "label:tier:gold", level: 5 },
      ],
    };
    expect(chosenBy(probselect(rules, 1), candidates)).toEqual(["berlin-1"]);
  });

  it("do not admit whom the policy refuses, and say why a more probable client stays out", () => {
    const decisions = decide(
      probselect(
        {
          priority: [
            { match: "slow", level: 9 },
            { match: "first", level: 1 },
          ],
        },
        1,
      ),
      [labelled("slow", 0.5, []), labelled("first", 0.85, []), labelled("fast", 0.99, [])],
    );
    expect(codesOf(decisions)).toEqual({ slow: "below-probability", first: "selected", fast: "cohort-full" });
    expect(reasonsOf(decisions).fast).toMatch(/the cohort's 1 places went to clients that the rules put first/);
  });

  it("keep the priorities that a table has where no entry names the client", () => {
    const priorities = Float64Array.of(0, 3, 0);
    const policy = probselect({ priority: [{ match: "client-2", level: 1 }] }, 2);
    expect(chosenBy(policy, fleet([0.99, 0.8, 0.8]), { priorities })).toEqual(["client-1", "client-2"]);
  });
});

describe("rules of participation", () => {
  const alone = (probability: number, changes = {}) => [labelled("a", probability, [], changes)];
  const rounds = (count: number, candidates = alone(0.9)) => Array.from({ length: count }, () => candidates);

  it("cap the rounds of a client at the share of those in which it was there, rounded up", () => {
    // cap 50 %: at most ceil(n / 2) of n rounds, so rounds 1, 3, 5, 7, 9.
    const run = runOf(probselect({ participation: { cap: 0.5 } }), rounds(10));
    expect(run.map(([decision]) => decision?.selected)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(run[9]?.[0]).toMatchObject({
      reasonCode: "participation-cap",
      reason: "Skipped: it took part in 5 of 10 rounds, the most that a cap of 50 % allows.",
    });
  });

  it("give the place of a capped client to the next", () => {
    const candidates = fleet([0.99, 0.9]);
    const run = runOf(probselect({ participation: { cap: 0.5 } }, 1), [candidates, candidates, candidates]);
    expect(run.map((decisions) => codesOf(decisions))).toEqual([
      { "client-0": "selected", "client-1": "cohort-full" },
      { "client-0": "participation-cap", "client-1": "selected" },
      { "client-0": "selected", "client-1": "cohort-full" },
    ]);
  });

  it("add a client that the policy does not choose when the floor is due", () => {
    // floor 10 %: floor(n / 10) of n rounds, so once in round 10 and once in round 20.
    const run = runOf(probselect({ participation: { floor: 0.1 } }), rounds(20, alone(0.62)));
    const chosen = run.flatMap(([decision], index) => (decision?.selected ? [index + 1] : []));
    expect(chosen).toEqual([10, 20]);
    expect(run[9]?.[0]?.reason).toBe(
      "Selected: the participation floor of 10 % is due: it took part in 0 of 10 rounds; it should take about 3.1 s and meets " +
        "the deadline of 30 s with 62.0 % probability.",
    );
    expect(run[8]?.[0]?.reasonCode).toBe("below-probability");
  });

  it("add it on top of the cohort, and count it in what the round is expected to bring", () => {
    const policy = probselect({ participation: { floor: 1 } }, 1);
    const { decisions, forecast } = decideRound(policy, fleet([0.9, 0.85, 0.1]));
    expect(decisions.map(({ selected }) => selected)).toEqual([true, true, true]);
    expect(forecast.expectedOnTimeCount).toBeCloseTo(0.9 + 0.85 + 0.1, 12);
  });

  it("ask nothing impossible: the floor stays due until the client can", () => {
    const run = runOf(probselect({ participation: { floor: 0.5 } }), [
      ...rounds(4, alone(0.62, tooSmall)),
      ...rounds(3, alone(0.62)),
    ]);
    // floor(n / 2) of n rounds: 0 1 1 2 2 3 3. In rounds 5 and 6 it makes up for what was due, one round at a time.
    expect(run.map(([decision]) => decision?.reasonCode)).toEqual([
      ...Array.from({ length: 4 }, () => "insufficient-memory"),
      ...["selected", "selected", "selected"],
    ]);
  });

  it("count only the rounds in which the client is there and admitted", () => {
    const draft = [labelled("a", 0.62, ["draft"])];
    const rules: ClientRules = { forbidLabels: ["draft"], participation: { floor: 0.5 } };
    const run = runOf(probselect(rules), [...rounds(9, draft), [], ...rounds(2, alone(0.62))]);
    // Round 11 is its first: floor(0.5 * 1) = 0; in round 12 floor(0.5 * 2) = 1 is due.
    expect(run[10]?.[0]?.reasonCode).toBe("below-probability");
    expect(run[11]?.[0]?.reason).toMatch(/it took part in 0 of 2 rounds/);
  });

  it("of a cap of 0 let nobody take part", () => {
    const [decision] = decide(probselect({ participation: { cap: 0 } }), alone(0.9));
    expect(decision?.reason).toBe("Skipped: it took part in 0 of 1 round, the most that a cap of 0 % allows.");
  });
});
