// Golden values: test/golden/calibration-fit.py (SciPy).

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fitDevice, speedFactor } from "../../../../selection/latency/calibrated/device-fit.ts";
import { processorShape, type StepShape } from "../../../../selection/latency/calibrated/step-shape.ts";
import { cell, mlp } from "./support.ts";

interface Golden {
  readonly name: string;
  readonly features: readonly (readonly number[])[];
  readonly seconds: readonly number[];
  readonly prior: readonly number[];
  readonly priorSpread: number;
  readonly factor: number;
  readonly coefficients: readonly number[];
  readonly meanError: number;
}

const golden = JSON.parse(
  readFileSync(new URL("../../../golden/calibration-fit.json", import.meta.url), "utf8"),
) as readonly Golden[];

/** A shape whose features are those of a table, one row a batch size. */
function tableShape({ features, prior, priorSpread }: Pick<Golden, "features" | "prior" | "priorSpread">): StepShape {
  return {
    features: ({ batchSize }) => features[batchSize - 1] ?? null,
    coefficients: prior,
    priorSpread,
    terms: processorShape.terms,
  };
}

const cellsOf = (seconds: readonly number[]) => seconds.map((time, index) => cell(mlp, index + 1, time));

describe("fitDevice", () => {
  it.each(golden)("agrees with SciPy: $name", (expected) => {
    const fit = fitDevice(tableShape(expected), cellsOf(expected.seconds));
    expect(speedFactor(tableShape(expected), cellsOf(expected.seconds))).toBeCloseTo(expected.factor, 9);
    for (const [index, coefficient] of expected.coefficients.entries()) {
      const tolerance = 1e-6 * Math.max(coefficient, (expected.prior[index] ?? 0) * 1e-3);
      expect(Math.abs((fit.coefficients[index] ?? Number.NaN) - coefficient)).toBeLessThanOrEqual(tolerance);
    }
    expect(fit.meanError).toBeCloseTo(expected.meanError, 7);
  });

  it("keeps the prior's proportions where a single cell tells nothing but the speed", () => {
    // Expected 2 * 1 + 1 * 3 = 5 s, measured 10 s: the factor is 2 and explains the cell exactly.
    const shape = tableShape({ features: [[2, 1]], prior: [1, 3], priorSpread: 1 });
    const { coefficients, meanError } = fitDevice(shape, cellsOf([10]));
    expect(coefficients[0]).toBeCloseTo(2, 9);
    expect(coefficients[1]).toBeCloseTo(6, 9);
    expect(meanError).toBeCloseTo(0, 9);
  });
});
