import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { chosenBy, decide, decideRound, fleet, selectedIds } from "../support.ts";
import { timed, tooLittleMemory } from "./support.ts";

interface Settings {
  readonly share?: number;
  readonly uplink?: "sequential" | "parallel";
}

const fedcs = (settings: Settings = {}, cohortSize?: number) => createPolicy("fedcs", { cohortSize, settings });
const firstPart = (decisions: ReturnType<typeof decide>) => decisions.map(({ reason }) => reason.split(";")[0]);

/** 1 s down and up; 2, 3 and 10 s of training. */
const three = [2, 3, 10].map((compute, index) => timed(`client-${index}`, { compute }));

describe("policy fedcs", () => {
  it("polls ceil(C * K) random clients and leaves the others alone", () => {
    const fleetOf = (count: number) => fleet(Array.from({ length: count }, () => 0.5));
    const polled = (share: number, count: number) =>
      decide(fedcs({ share }), fleetOf(count)).filter(({ reasonCode }) => reasonCode !== "not-sampled").length;
    // ceil(2.5) = 3; 0.07 * 100 is 7.000000000000001 in floating point and means 7.
    expect([polled(0.1, 25), polled(0.07, 100), polled(1, 9), polled(0.01, 9)]).toEqual([3, 7, 9, 1]);
    expect(new Set([1, 2, 3].map((round) => chosenBy(fedcs({ share: 0.2 }), fleetOf(30), { round }).join())).size).toBe(
      3,
    );
    const [left] = decide(fedcs({ share: 0.5 }), fleetOf(4)).filter(({ selected }) => !selected);
    expect(left?.reason).toMatch(
      /^Skipped: not polled when asking 2 of 4 clients at random; unseen by this policy, it/,
    );
  });

  it("knows which of the polled cannot take part", () => {
    for (const uplink of ["sequential", "parallel"] as const) {
      const decisions = decide(fedcs({ uplink }), [timed("a"), timed("small", {}, tooLittleMemory)]);
      expect(decisions.map(({ reasonCode }) => reasonCode)).toEqual(["selected", "insufficient-memory"]);
    }
  });

  it("looks at no probability", () => {
    expect(chosenBy(fedcs(), [timed("a", {}, { deadlineProbability: 0 })])).toEqual(["a"]);
  });

  describe("with uploads one after another", () => {
    const sequential = (cohortSize?: number) => fedcs({ uplink: "sequential" }, cohortSize);

    it("selects those whose uploads fit in turn, and says their places", () => {
      // Client 0 ends at 1 + 2 + 1 = 4 s, then client 1 at 5 s; client 2 would end at 1 + 10 + 1 = 12 s.
      const round = decideRound(sequential(), three, { deadlineSeconds: 6 });
      expect(firstPart(round.decisions)).toEqual([
        "Selected: its upload is number 1 of 2, the last of which ends after 5 s",
        "Selected: its upload is number 2 of 2, the last of which ends after 5 s",
        "Skipped: as the next to upload it would end the round after 12 s, not before the deadline",
      ]);
      expect(round.decisions[2]?.reasonCode).toBe("too-slow");
      expect(round.roundEnd).toEqual({ kind: "deadline" });
    });

    it("tells those who fit no more from those whose places are taken", () => {
      // Client 0 alone; client 1 would fit too, client 2 would end at 12 s.
      const decisions = decide(sequential(1), three, { deadlineSeconds: 6 });
      expect(decisions.map(({ reasonCode }) => reasonCode)).toEqual(["selected", "cohort-full", "too-slow"]);
      expect(firstPart(decisions)[1]).toBe("Skipped: it would fit, but the cohort's 1 places are taken");
    });

    it("selects fewer of the same clients than with links of their own, as uploads add up", () => {
      // 20 alike: 1 s down, 1 s of training, then uploads of 1 s: 1 + 1 + n < 10.5 holds up to n = 8.
      const alike = Array.from({ length: 20 }, (_, index) => timed(`client-${index}`));
      expect(chosenBy(sequential(), alike, { deadlineSeconds: 10.5 })).toHaveLength(8);
      expect(chosenBy(fedcs(), alike, { deadlineSeconds: 10.5 })).toHaveLength(20);
    });

    it("chooses the same clients whatever their order, ties included", () => {
      const few = fc.integer({ min: 0, max: 3 });
      const candidates = fc
        .array(fc.tuple(few, few, few), { maxLength: 15 })
        .map((rows) =>
          rows.map(([download, compute, upload], index) => timed(`client-${index}`, { download, compute, upload })),
        );
      const permuted = candidates.chain((entries) =>
        fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
      );
      fc.assert(
        fc.property(permuted, fc.integer({ min: 1, max: 15 }), ([entries, others], cohortSize) => {
          const chosen = chosenBy(sequential(cohortSize), entries, { deadlineSeconds: 9 });
          expect(chosenBy(sequential(cohortSize), others, { deadlineSeconds: 9 }).sort()).toEqual([...chosen].sort());
        }),
      );
    });

    it("breaks ties evenly", () => {
      // 400 draws of 1 of 4: each client 100 times, standard deviation 8.7; five of them are 43.
      const alike = Array.from({ length: 4 }, (_, index) => timed(`client-${index}`));
      const counts = new Map<string, number>();
      for (let seed = 0; seed < 400; seed++) {
        const [id = ""] = chosenBy(sequential(1), alike, { seed });
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      expect(counts.size).toBe(4);
      for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(43);
    });

    it("gives the first places to those whom rules prefer", () => {
      const priorities = Float64Array.of(0, 1, 0);
      expect(selectedIds(decide(sequential(1), three, { deadlineSeconds: 20, priorities }))).toEqual(["client-1"]);
    });
  });

  describe("with uploads at once", () => {
    it("selects those whose own times fit", () => {
      // 1 + 2 + 1 = 4, 1 + 3 + 1 = 5 and 1 + 10 + 1 = 12 s.
      const decisions = decide(fedcs(), three, { deadlineSeconds: 5 });
      expect(firstPart(decisions)).toEqual([
        "Selected: at its mean utilisation it takes 4 s, within the deadline",
        "Selected: at its mean utilisation it takes 5 s, within the deadline",
        "Skipped: at its mean utilisation it takes 12 s, longer than the deadline",
      ]);
    });

    it("keeps the fastest of a limited cohort, first those whom rules prefer", () => {
      expect(chosenBy(fedcs({}, 2), [...three].reverse())).toEqual(["client-1", "client-0"]);
      const priorities = Float64Array.of(0, 0, 1);
      expect(chosenBy(fedcs({}, 2), three, { priorities })).toEqual(["client-0", "client-2"]);
    });
  });

  it("refuses another kind of uplink and a share of nobody", () => {
    for (const settings of [{ uplink: "diagonal" }, { share: 0 }]) {
      expect(() => createPolicy("fedcs", { settings })).toThrow(
        expect.objectContaining({ code: "selection.invalid-argument" }),
      );
    }
  });
});
