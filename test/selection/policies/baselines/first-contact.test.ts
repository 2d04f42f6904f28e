import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { chosenBy, decide, decideRound, fleet } from "../support.ts";
import { withFacts } from "./support.ts";

const seenAfter = (contacts: readonly number[]) =>
  fleet(contacts.map(() => 0.5)).map((entry, index) => withFacts(entry, { contactSeconds: contacts[index] }));

const firstContact = (cohortSize?: number) => createPolicy("first-contact", { cohortSize });

describe("policy first-contact", () => {
  it("selects the first to make contact and waits for all of them", () => {
    const round = decideRound(firstContact(2), seenAfter([5400, 0, 1200, 90]));
    expect(round.decisions.map(({ selected }) => selected)).toEqual([false, true, false, true]);
    expect(round.roundEnd).toEqual({ kind: "all" });
  });

  it("takes half of the candidates if nothing is said, and min(C, K) if there are fewer", () => {
    expect(chosenBy(firstContact(), seenAfter([4, 3, 2, 1]))).toEqual(["client-2", "client-3"]);
    expect(chosenBy(firstContact(9), seenAfter([4, 3, 2, 1]))).toHaveLength(4);
  });

  it("says when contact is", () => {
    const reasons = decide(firstContact(2), seenAfter([5400, 0, 1200, 90])).map(({ reason }) => reason.split(";")[0]);
    expect(reasons).toEqual([
      "Skipped: it makes contact after 90 min and is not among the first 2 of 4 to do so",
      "Selected: it can be reached at once and is among the first 2 of 4 to do so",
      "Skipped: it makes contact after 20 min and is not among the first 2 of 4 to do so",
      "Selected: it makes contact after 90 s and is among the first 2 of 4 to do so",
    ]);
  });

  it("never selects a client that never makes contact", () => {
    const [lost] = decide(firstContact(2), seenAfter([Number.POSITIVE_INFINITY, 60]));
    expect(lost).toMatchObject({ selected: false, reasonCode: "not-chosen" });
    expect(lost?.reason).toMatch(/^Skipped: it never makes contact, as far as is known; unseen/);
  });

  it("draws evenly among those that can all be reached at once", () => {
    // 400 draws of 1 of 4: each client 100 times, standard deviation sqrt(400 * 0.25 * 0.75) = 8.7; five of them are 43.
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      const [id = ""] = chosenBy(firstContact(1), fleet([0, 0.5, 1, 1]), { seed });
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.size).toBe(4);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(43);
  });

  it("never passes over an earlier contact for a later one, unless a rule says so", () => {
    const contacts = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(contacts, fc.integer({ min: 1, max: 20 }), (seconds, cohortSize) => {
        const decisions = decide(firstContact(cohortSize), seenAfter(seconds));
        const of = (isSelected: boolean) => seconds.filter((_, index) => decisions[index]?.selected === isSelected);
        expect(Math.max(0, ...of(true))).toBeLessThanOrEqual(Math.min(Number.POSITIVE_INFINITY, ...of(false)));
      }),
    );
    expect(chosenBy(firstContact(1), seenAfter([1, 2]), { priorities: Float64Array.of(0, 1) })).toEqual(["client-1"]);
  });
});
