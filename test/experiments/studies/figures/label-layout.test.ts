import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, placeLabels, spreadLabels } from "../../../../experiments/studies/figures/label-layout.ts";

describe("labels along a margin", () => {
  it("stay where they are if they are far enough apart", () => {
    expect(spreadLabels([10, 50, 30], 15, [0, 100])).toEqual([10, 50, 30]);
  });

  it("move the same way apart from each other", () => {
    expect(spreadLabels([10, 12, 40], 10, [0, 100])).toEqual([6, 16, 40]);
    // Three at 50: 40, 50 and 60, whichever way they are given.
    expect(spreadLabels([50, 50, 50], 10, [0, 100]).toSorted((a, b) => a - b)).toEqual([40, 50, 60]);
  });

  it("stay within the bounds, closer together if they must", () => {
    expect(spreadLabels([2, 3], 10, [0, 100])).toEqual([0, 10]);
    expect(spreadLabels([99, 100], 10, [0, 100])).toEqual([90, 100]);
    expect(spreadLabels([1, 1, 1], 80, [0, 100])).toEqual([0, 50, 100]);
    expect(spreadLabels([], 10, [0, 100])).toEqual([]);
  });

  it("never cover each other and keep their order", () => {
    const positions = fc.array(fc.integer({ min: -50, max: 350 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(positions, (wanted) => {
        const placed = spreadLabels(wanted, 15, [0, 300]);
        const sorted = placed.toSorted((a, b) => a - b);
        for (const [index, position] of sorted.entries()) {
          expect(position).toBeGreaterThanOrEqual(-1e-9);
          expect(position).toBeLessThanOrEqual(300 + 1e-9);
          if (index > 0) expect(position - (sorted[index - 1] as number)).toBeGreaterThanOrEqual(15 - 1e-9);
        }
        for (const [index, a] of wanted.entries()) {
          for (const [other, b] of wanted.entries()) {
            if (a < b) expect(placed[index]).toBeLessThan(placed[other] as number);
          }
        }
      }),
    );
  });
});

describe("labels of a scatter", () => {
  const frame: Box = { left: 0, top: 0, right: 800, bottom: 400 };
  const point = (x: number, y: number) => ({ x, y, width: 60, height: 14 });

  it("stand right of a point that is alone", () => {
    expect(placeLabels([point(100, 100)], [], frame)).toEqual([{ x: 109, y: 100, anchor: "start", isFar: false }]);
  });

  it("stand left of a point at the right edge", () => {
    expect(placeLabels([point(790, 100)], [], frame)[0]).toMatchObject({ x: 781, anchor: "end" });
  });

  it("avoid what is already there", () => {
    const wall: Box = { left: 105, top: 50, right: 300, bottom: 150 };
    expect(placeLabels([point(100, 100)], [wall], frame)[0]).toMatchObject({ anchor: "end" });
  });

  it("of a cluster of points do not cover each other, and far ones say so", () => {
    const cluster = Array.from({ length: 12 }, (_, index) =>
      point(400 + (index % 4) * 6, 200 + Math.floor(index / 4) * 6),
    );
    const placed = placeLabels(cluster, [], frame);
    const boxes = placed.map(({ x, y, anchor }): Box => {
      const left = anchor === "start" ? x : anchor === "end" ? x - 60 : x - 30;
      return { left, right: left + 60, top: y - 7, bottom: y + 7 };
    });
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        expect(across > 0 && down > 0).toBe(false);
      }
    }
    expect(placed.some(({ isFar }) => isFar)).toBe(true);
  });
});
