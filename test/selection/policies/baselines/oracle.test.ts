import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy, policyNames } from "../../../../selection/policies/find-policy.ts";
import { ClientSlots } from "../../../../selection/policy/client-slots.ts";
import { chosenBy, decide, fleet } from "../support.ts";
import { timed, tooLittleMemory } from "./support.ts";

const oracle = (cohortSize?: number) => createPolicy("oracle", { cohortSize });
const truthOf = (...roundSeconds: readonly number[]) => ({ truth: { roundSeconds: Float64Array.from(roundSeconds) } });

describe("policy oracle", () => {
  it("selects exactly those whose true time is within the deadline, whatever was forecast", () => {
    const candidates = [...fleet([0, 1, 0.5]), timed("small", {}, tooLittleMemory)];
    const decisions = decide(oracle(), candidates, truthOf(30, 30.001, Number.POSITIVE_INFINITY, 5));
    expect(decisions.map(({ reasonCode }) => reasonCode)).toEqual(["selected", "too-slow", "too-slow", "selected"]);
  });

  it("says what it knows", () => {
    const decisions = decide(oracle(1), fleet([0.5, 0.5, 0.5, 0.5]), truthOf(5, 6, 40, Number.POSITIVE_INFINITY));
    expect(decisions.map(({ reason }) => reason.split(";")[0])).toEqual([
      "Selected: in truth it takes 5 s, within the deadline",
      "Skipped: in truth it takes 6 s, in time, but the cohort's 1 places went to others",
      "Skipped: in truth it takes 40 s, longer than the deadline",
      "Skipped: it never reports, as far as the oracle was told",
    ]);
  });

  it("finds the truth by the client's slot, not by its place in the list", () => {
    const slots = new ClientSlots();
    slots.slotOf("client-1");
    expect(chosenBy(oracle(), fleet([0.5, 0.5]), { slots, ...truthOf(5, 40) })).toEqual(["client-1"]);
  });

  it("knows nobody to be on time without any truth", () => {
    expect(chosenBy(oracle(), fleet([1, 1]))).toEqual([]);
  });

  it("keeps the fastest, but first those whom rules prefer", () => {
    const truth = truthOf(3, 2, 1, 9);
    expect(chosenBy(oracle(2), fleet([1, 1, 1, 1]), truth)).toEqual(["client-1", "client-2"]);
    const priorities = Float64Array.of(1, 0, 0, 0);
    expect(chosenBy(oracle(2), fleet([1, 1, 1, 1]), { ...truth, priorities })).toEqual(["client-0", "client-2"]);
  });

  it("has no late client, and no policy has more updates that are on time", () => {
    const seconds = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(seconds, fc.constantFrom(...policyNames), (values, name) => {
        const candidates = fleet(values.map(() => 0.9));
        const late = values.map((value) => value > 30);
        const onTime = (policy: ReturnType<typeof createPolicy>) =>
          decide(policy, candidates, truthOf(...values)).filter(({ selected }, index) => selected && !late[index])
            .length;
        expect(onTime(createPolicy(name))).toBeLessThanOrEqual(onTime(oracle()));
        expect(chosenBy(oracle(), candidates, truthOf(...values))).toHaveLength(onTime(oracle()));
      }),
    );
  });
});
