// One measured line, whether by a trace of its rates or by their mean and standard deviation only, as what pooling needs.

import { interquartileRange, median, rootMeanSquare } from "simple-statistics";
import { normalCdf, normalQuantile } from "../../selection/probability/normal-distribution.ts";
import { logTransferFactors, type RateTrace } from "./rate-trace.ts";

export interface MeasuredLine {
  /** Lines of one group are left out together: the two directions of one user. */
  readonly group: string;
  /** Lines are compared within a stratum: downlinks with downlinks. */
  readonly stratum: "down" | "up";
  /** ln of the median rate in bit/s. */
  readonly logMedianRate: number;
  /** Root mean square of ln X, the maximum-likelihood sigma of a log-normal with median 1. */
  readonly logSigma: number;
  /** Interquartile range of ln X over that of a standard normal. */
  readonly robustLogSigma: number;
  /** P(ln X <= logFactor) on this line, X relative to its own median rate. */
  readonly shareWithin: (logFactor: number) => number;
}

const NORMAL_INTERQUARTILE_RANGE = 2 * normalQuantile(0.75);

/** @param nominalSeconds of the transfers, begun at every step of the trace. */
export function lineOfTrace(trace: RateTrace, nominalSeconds: number): MeasuredLine {
  const logFactors = [...logTransferFactors(trace, nominalSeconds)];
  return {
    group: trace.name,
    stratum: "down",
    logMedianRate: Math.log(median([...trace.bitsPerSecond])),
    logSigma: rootMeanSquare(logFactors),
    robustLogSigma: interquartileRange(logFactors) / NORMAL_INTERQUARTILE_RANGE,
    shareWithin: (logFactor) => logFactors.filter((each) => each <= logFactor).length / logFactors.length,
  };
}

/** Mean and standard deviation of a line's rate in one direction, bit/s. */
export interface RateMoments {
  readonly group: string;
  readonly stratum: "down" | "up";
  readonly meanBitsPerSecond: number;
  readonly deviationBitsPerSecond: number;
}

/** Takes the rate for log-normal: with its moments only, the data cannot say otherwise. */
export function lineOfMoments(moments: RateMoments): MeasuredLine {
  const { group, stratum, meanBitsPerSecond, deviationBitsPerSecond } = moments;
  const logSigma = logSigmaOfVariation(deviationBitsPerSecond / meanBitsPerSecond);
  return {
    group,
    stratum,
    logMedianRate: Math.log(meanBitsPerSecond) - logSigma ** 2 / 2,
    logSigma,
    robustLogSigma: logSigma,
    shareWithin: (logFactor) => (logSigma > 0 ? normalCdf(logFactor / logSigma) : Number(logFactor >= 0)),
  };
}

/**
 * The log-scale sigma of a log-normal with this coefficient of variation: sqrt(ln(1 + cv^2)). A rate and its inverse, the time,
 * have the same.
 *
 * @example logSigmaOfVariation(0.4) // sqrt(ln 1.16) = 0.38525
 */
export function logSigmaOfVariation(variation: number): number {
  return Math.sqrt(Math.log1p(variation ** 2));
}
