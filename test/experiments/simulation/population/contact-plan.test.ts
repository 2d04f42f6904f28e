import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contactPlan } from "../../../../experiments/simulation/population/contact-plan.ts";

const plan = contactPlan({
  contacts: [undefined, { periodSeconds: 100, passSeconds: 10 }],
  groups: Uint8Array.of(0, 1, 1),
  offsets: Float64Array.of(0.5, 0.5, 0),
});
const wait = (client: number, nowSeconds: number) => plan?.secondsUntilContact(client, nowSeconds);

describe("a contact plan", () => {
  it("has a pass in every period, each client at its own time", () => {
    expect(wait(1, 0)).toBe(50);
    expect(wait(1, 49)).toBe(1);
    expect(wait(1, 50)).toBe(0);
    expect(wait(1, 59.9)).toBe(0);
    expect(wait(1, 60)).toBe(90);
    expect(wait(1, 1_020)).toBe(30);
    expect(wait(2, 0)).toBe(0);
    expect(wait(2, 10)).toBe(90);
  });

  it("leaves clients of other groups in reach at any time, and is none where all are", () => {
    expect(wait(0, 77)).toBe(0);
    expect(contactPlan({ contacts: [undefined], groups: Uint8Array.of(0), offsets: Float64Array.of(0) })).toBeNull();
  });

  it("never lets a client wait longer than a period without its pass, and reaches it when the wait is over", () => {
    const positive = fc.double({ min: 1, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(
        positive,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1e8, noNaN: true }),
        (periodSeconds, share, offset, nowSeconds) => {
          const passSeconds = share * periodSeconds;
          const contacts = [{ periodSeconds, passSeconds }];
          const one = contactPlan({ contacts, groups: Uint8Array.of(0), offsets: Float64Array.of(offset) });
          const seconds = one?.secondsUntilContact(0, nowSeconds) ?? Number.NaN;
          expect(seconds).toBeGreaterThanOrEqual(0);
          expect(seconds).toBeLessThanOrEqual((1 - share) * periodSeconds + 1e-6);
          // A moment later than promised, for the rounding of clocks that have run for years. Who is in a pass now may then be past it.
          if (seconds > 0) expect(one?.secondsUntilContact(0, nowSeconds + seconds + passSeconds / 2)).toBe(0);
        },
      ),
    );
  });
});
