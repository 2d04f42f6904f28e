import { describe, expect, it } from "vitest";
import { outageOn } from "../../../cli/client/outage.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE = 60;

/** What is said when the aggregator cannot be reached every five seconds for so long, with the second at which it is said. */
function said(seconds: number, reasonAt: (second: number) => string = () => "ECONNREFUSED") {
  const clock = new ManualClock();
  const outage = outageOn(clock);
  const lines: [number, string][] = [];
  for (let second = 0; second < seconds; second += 5) {
    const line = outage.cannotConnect(reasonAt(second));
    if (line !== undefined) lines.push([second, line]);
    clock.advance(5);
  }
  return { lines, outage, clock };
}

describe("an agent that cannot reach its aggregator", () => {
  it("says why once and what to look at, then that it still cannot after half a minute, 2, 4, 8, ... minutes", () => {
    const { lines } = said(10 * MINUTE);
    const cannot = "cannot reach the aggregator (ECONNREFUSED); trying on. Is it running, and is the address right?";
    expect(lines).toEqual([
      [0, cannot],
      [30, `still unreachable after 30 s: ${cannot}`],
      [120, `still unreachable after 2 min: ${cannot}`],
      [240, `still unreachable after 4 min: ${cannot}`],
      [480, `still unreachable after 8 min: ${cannot}`],
    ]);
  });

  it("is never silent for more than an hour", () => {
    const seconds = said(12 * 60 * MINUTE).lines.map(([second]) => second);
    const silences = seconds.slice(1).map((second, index) => second - (seconds[index] as number));
    expect(Math.max(...silences)).toBe(60 * MINUTE);
  });

  it("says a new reason at once, and one that comes back not again", () => {
    const { lines } = said(30, (second) => (second === 20 || second === 25 ? "no route" : "it is no aggregator"));
    expect(lines).toEqual([
      [0, "cannot reach the aggregator (it is no aggregator); trying on"],
      [20, "still unreachable after 20 s: cannot reach the aggregator (no route); trying on"],
    ]);
  });

  it("says no time where another reason comes within half a second", () => {
    const clock = new ManualClock();
    const outage = outageOn(clock);
    outage.cannotConnect("ECONNREFUSED ::1");
    clock.advance(0.2);
    expect(outage.cannotConnect("EHOSTUNREACH")).toBe("cannot reach the aggregator (EHOSTUNREACH); trying on");
    clock.advance(0.5);
    expect(outage.cannotConnect("ETIMEDOUT")).toBe(
      "still unreachable after 1 s: cannot reach the aggregator (ETIMEDOUT); trying on",
    );
  });

  it("is not made to say more than ten reasons", () => {
    expect(said(110, (second) => `reason ${second}`).lines).toHaveLength(10);
  });

  it("says how long that was when it is back, and begins anew with the next time", () => {
    const { outage, clock } = said(3 * MINUTE);
    expect(outage.registered()).toBe("the aggregator was out of reach for 3 min");
    expect(outage.registered()).toBeUndefined();
    outage.lost();
    clock.advance(7);
    // It was there before, so the address is right.
    expect(outage.cannotConnect("ECONNREFUSED")).toBe(
      "cannot reach the aggregator (ECONNREFUSED); trying on. Is it running?",
    );
    clock.advance(3);
    // From the loss of the connection on, not from the first vain attempt.
    expect(outage.registered()).toBe("the aggregator was out of reach for 10 s");
  });

  it("says nothing when it gets through at once", () => {
    expect(outageOn(new ManualClock()).registered()).toBeUndefined();
  });
});
