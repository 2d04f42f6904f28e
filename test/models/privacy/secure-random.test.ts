import { describe, expect, it } from "vitest";
import { secureRandom } from "../../../models/privacy/secure-random.ts";

describe("the secure source", () => {
  it("is uniform on [0, 1); these bounds fail once in a thousand million runs", () => {
    const count = 100_000;
    const random = secureRandom();
    const values = Float64Array.from({ length: count }, () => random.next()).sort();
    expect(values[0]).toBeGreaterThanOrEqual(0);
    expect(values.at(-1)).toBeLessThan(1);
    let distance = 0;
    for (const [index, value] of values.entries()) {
      distance = Math.max(distance, value - index / count, (index + 1) / count - value);
    }
    // Massart 1990: P(distance > d) <= 2 exp(-2 n d^2); here 1e-9.
    expect(distance).toBeLessThan(Math.sqrt(Math.log(2 / 1e-9) / (2 * count)));
  });

  it("fills all 53 bits", () => {
    const random = secureRandom();
    const bits = new Set<number>();
    for (let draw = 0; draw < 200; draw++) {
      let rest = random.next();
      for (let bit = 1; bit <= 53; bit++) {
        rest *= 2;
        if (rest >= 1) bits.add(bit);
        rest %= 1;
      }
      expect(rest).toBe(0);
    }
    // A bit that is fair is never set in 200 draws with 53 * 2^-200.
    expect(bits.size).toBe(53);
  });

  it("never repeats itself, neither across blocks nor across sources", () => {
    const sources = [secureRandom(), secureRandom()];
    const seen = new Set(sources.flatMap((random) => Array.from({ length: 20_000 }, () => random.next())));
    // 40,000 draws of 2^53: a coincidence has a probability of 40000^2 / 2^54 < 1e-7; one is allowed for.
    expect(seen.size).toBeGreaterThanOrEqual(39_999);
  });
});
