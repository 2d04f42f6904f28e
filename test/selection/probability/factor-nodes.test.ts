import { describe, expect, it } from "vitest";
import { factorNodes } from "../../../selection/probability/factor-nodes.ts";
import { normalCdf } from "../../../selection/probability/normal-distribution.ts";

function average(width: number, of: (z: number) => number): number {
  const { values, weights } = factorNodes(width);
  return values.reduce((sum, value, node) => sum + (weights[node] as number) * of(value), 0);
}

describe("factorNodes", () => {
  it("has the moments 1, 0, 1, 0, 3, 0, 15 of a standard normal factor", () => {
    [1, 0, 1, 0, 3, 0, 15].forEach((moment, power) => {
      expect(average(0.5, (z) => z ** power)).toBeCloseTo(moment, 7);
    });
  });

  it("averages a step of its width to 1e-8: E Phi((a - Z) / w) = Phi(a / sqrt(1 + w^2))", () => {
    for (const width of [2, 0.5, 0.1, 0.02, 0.005]) {
      for (const a of [-4, -1.3, 0, 0.7, 3]) {
        const expected = normalCdf(a / Math.sqrt(1 + width * width));
        expect(Math.abs(average(width, (z) => normalCdf((a - z) / width)) - expected)).toBeLessThan(1e-8);
      }
    }
  });

  it("never has more than 4001 nodes", () => {
    expect(factorNodes(0.5).values).toHaveLength(31);
    expect(factorNodes(1e-9).values).toHaveLength(4001);
  });
});
