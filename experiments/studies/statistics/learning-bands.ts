// Accuracy over time or spending as the mean over seeds with its interval. Each seed is evaluated at moments of its own; between two of
// them its accuracy is taken to be on the line.

import { mean } from "simple-statistics";
import type { RandomSource } from "../../../foundation/random-source.ts";
import type { RoundRecord } from "../../simulation/types.ts";
import type { Estimate } from "../study.ts";
import { clusterBootstrap } from "./bootstrap.ts";

export interface CurvePoint {
  readonly x: number;
  /** 0..1. */
  readonly accuracy: number;
}

/** x in rising order. */
export type Curve = readonly CurvePoint[];

/** What the accuracy of a run is drawn against. */
export type LearningAxis = "virtual-hours" | "device-hours" | "wasted-device-hours";

/** The evaluated rounds of a run; what is spent is counted up to the end of each. */
export function learningCurve(rounds: readonly RoundRecord[], axis: LearningAxis): Curve {
  let usefulSeconds = 0;
  let wastedSeconds = 0;
  return rounds.flatMap(({ startedSeconds, seconds, useful, wasted, evaluation }) => {
    usefulSeconds += useful.deviceSeconds;
    wastedSeconds += wasted.deviceSeconds;
    if (evaluation === undefined) return [];
    const spent = {
      "virtual-hours": startedSeconds + seconds,
      "device-hours": usefulSeconds + wastedSeconds,
      "wasted-device-hours": wastedSeconds,
    }[axis];
    return [{ x: spent / 3600, accuracy: evaluation.accuracy }];
  });
}

/**
 * The mean curve on a grid from where every seed has been evaluated to where the first of them ends, with 95 % intervals over
 * seeds. Empty where there is no such stretch.
 *
 * @param curves one a seed.
 */
export function learningBand(
  curves: readonly Curve[],
  { random, points = 80, resamples = 2000 }: LearningBandOptions,
): readonly (Estimate & { readonly x: number })[] {
  const [first, last] = [curves.map((curve) => curve[0]?.x), curves.map((curve) => curve.at(-1)?.x)];
  if (curves.length === 0 || first.includes(undefined)) return [];
  const start = Math.max(...first.map((x) => x ?? 0));
  const end = Math.min(...last.map((x) => x ?? 0));
  if (!(end > start)) return [];
  return Array.from({ length: points }, (_, index) => {
    const x = index === points - 1 ? end : start + ((end - start) * index) / (points - 1);
    const values = curves.map((curve) => accuracyAt(curve, x));
    const band = clusterBootstrap(values, (drawn) => mean([...drawn]), { random, resamples });
    return { x, estimate: band?.estimate ?? Number.NaN, low: band?.low ?? null, high: band?.high ?? null };
  });
}

export interface LearningBandOptions {
  readonly random: RandomSource;
  /** Of the grid; default 80. */
  readonly points?: number | undefined;
  readonly resamples?: number | undefined;
}

/** On the line between two evaluations; before the first and after the last as at that one. NaN for no point. */
export function accuracyAt(curve: Curve, x: number): number {
  const after = curve.findIndex((point) => point.x >= x);
  const [left, right] = [curve[after - 1], curve[after]];
  if (right === undefined) return curve.at(-1)?.accuracy ?? Number.NaN;
  if (left === undefined) return right.accuracy;
  return left.accuracy + ((x - left.x) / (right.x - left.x)) * (right.accuracy - left.accuracy);
}

/**
 * x at which the mean of five evaluations in a row first reaches the target; null: never within the run.
 *
 * @example firstReaches(curve, 0.9) // 2.25
 */
export function firstReaches(curve: Curve, target: number): number | null {
  for (let index = WINDOW - 1; index < curve.length; index++) {
    const window = curve.slice(index - WINDOW + 1, index + 1).map(({ accuracy }) => accuracy);
    if (mean(window) >= target) return curve[index]?.x ?? null;
  }
  return null;
}

/** One lucky evaluation is no accuracy that was reached. */
const WINDOW = 5;
