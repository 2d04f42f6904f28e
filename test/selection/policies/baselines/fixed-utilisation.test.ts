import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPolicy } from "../../../../selection/policies/find-policy.ts";
import { chosenBy, decide } from "../support.ts";
import { timed, tooLittleMemory } from "./support.ts";

/** A client whose training is so many seconds of its peak; 1 s down and 1 s up. */
const ofPeakSeconds = (id: string, seconds: number) =>
  timed(id, {}, { trainingFlop: seconds * 1e12, peakFlopPerSecond: 1e12 });

const rule = (utilisation?: number, cohortSize?: number) =>
  createPolicy("fixed-utilisation", { cohortSize, settings: utilisation === undefined ? {} : { utilisation } });

describe("policy fixed-utilisation", () => {
  it("selects a client whose download, FLOP / (peak * 0.5) and upload take just the deadline", () => {
    // 1 s + 4 s / 0.5 + 1 s = 10 s; with 4.5 s of the peak it is 11 s.
    const decisions = decide(rule(), [ofPeakSeconds("just", 4), ofPeakSeconds("slow", 4.5)], { deadlineSeconds: 10 });
    expect(decisions.map(({ reasonCode }) => reasonCode)).toEqual(["selected", "too-slow"]);
    expect(decisions.map(({ reason }) => reason.split(";")[0])).toEqual([
      "Selected: at 50.0 % of its peak it takes 10 s, within the deadline",
      "Skipped: at 50.0 % of its peak it takes 11 s, longer than the deadline",
    ]);
  });

  it("believes in the utilisation that it is told", () => {
    // 1 s + 4 s / 0.25 + 1 s = 18 s
    const at = (deadlineSeconds: number) => chosenBy(rule(0.25), [ofPeakSeconds("a", 4)], { deadlineSeconds });
    expect(at(18)).toEqual(["a"]);
    expect(at(17.9)).toEqual([]);
  });

  it("does not see the forecast's own compute time and probability", () => {
    const hopeless = timed(
      "a",
      { compute: 1e6 },
      { trainingFlop: 1e12, peakFlopPerSecond: 1e12, deadlineProbability: 0 },
    );
    expect(chosenBy(rule(), [hopeless])).toEqual(["a"]);
  });

  it("cannot tell a time without a peak", () => {
    const [decision] = decide(rule(), [timed("a", {}, { peakFlopPerSecond: null, tier: "unknown" })]);
    expect(decision?.reasonCode).toBe("unknown-peak");
    expect(decision?.reason).toMatch(/^Skipped: its peak is not known, and without it the rule tells no time; unseen/);
  });

  it("keeps the fastest of a limited cohort, ties by draw", () => {
    const candidates = [3, 1, 2, 2, 50].map((seconds, index) => ofPeakSeconds(`client-${index}`, seconds));
    const drawn = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const chosen = chosenBy(rule(undefined, 2), candidates, { seed });
      expect(chosen).toHaveLength(2);
      expect(chosen).toContain("client-1");
      drawn.add(chosen.join());
    }
    expect([...drawn].sort()).toEqual(["client-1,client-2", "client-1,client-3"]);
    const codes = decide(rule(undefined, 2), candidates).map(({ reasonCode }) => reasonCode);
    expect([codes[0], codes[4]]).toEqual(["cohort-full", "too-slow"]);
  });

  it("prefers whom rules prefer, but nobody too slow", () => {
    const candidates = [1, 2, 50].map((seconds, index) => ofPeakSeconds(`client-${index}`, seconds));
    expect(chosenBy(rule(undefined, 1), candidates, { priorities: Float64Array.of(0, 1, 2) })).toEqual(["client-1"]);
  });

  it("refuses a client whose memory is too small", () => {
    expect(decide(rule(), [timed("a", {}, tooLittleMemory)])[0]?.reasonCode).toBe("insufficient-memory");
  });

  it("selects a superset when the utilisation or the deadline grows", () => {
    const candidates = Array.from({ length: 20 }, (_, index) => ofPeakSeconds(`client-${index}`, 0.1 * 1.4 ** index));
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    const deadline = fc.double({ min: 2.1, max: 200, noNaN: true });
    fc.assert(
      fc.property(share, share, deadline, deadline, (a, b, c, d) => {
        const lax = chosenBy(rule(Math.max(a, b)), candidates, { deadlineSeconds: Math.max(c, d) });
        const strict = chosenBy(rule(Math.min(a, b)), candidates, { deadlineSeconds: Math.min(c, d) });
        expect(lax).toEqual(expect.arrayContaining(strict));
      }),
    );
  });
});
