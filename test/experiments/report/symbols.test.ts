import { describe, expect, it } from "vitest";
import { plotSymbol, symbolNames, symbolPath } from "../../../experiments/report/figures/symbols.ts";

type Corner = readonly [number, number];

const cornersOf = (path: string): Corner[] =>
  [...path.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

/** Of a polygon around the origin, or of two triangles that meet there. */
function areaOf(corners: readonly Corner[]): number {
  return corners.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % corners.length] as Corner;
    return sum + Math.abs(x * nextY - nextX * y) / 2;
  }, 0);
}

describe("the symbols of series", () => {
  const polygons = symbolNames.filter((name) => name !== "circle");

  it.each(polygons)("%s has the area of the circle of its radius", (name) => {
    expect(areaOf(cornersOf(symbolPath(name, 0, 0, 10)))).toBeCloseTo(100 * Math.PI, 0);
  });

  it.each(polygons)("%s is drawn in the chart as in the legend", (name) => {
    const drawn: Corner[] = [];
    const symbol = plotSymbol(name);
    if (typeof symbol === "string") throw new Error("a polygon was expected");
    const put = (x: number, y: number) => void drawn.push([x, y]);
    symbol.draw({ moveTo: put, lineTo: put, closePath: () => {} }, Math.PI * 25);
    const legend = cornersOf(symbolPath(name, 0, 0, 5));
    expect(drawn).toHaveLength(legend.length);
    for (const [index, [x, y]] of drawn.entries()) {
      expect(x).toBeCloseTo((legend[index] as Corner)[0], 1);
      expect(y).toBeCloseTo((legend[index] as Corner)[1], 1);
    }
  });

  it("are all different", () => {
    expect(new Set(symbolNames.map((name) => symbolPath(name, 0, 0, 5))).size).toBe(symbolNames.length);
  });
});
