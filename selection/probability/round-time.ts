// The law of a round's whole time: certain parts, a link whose speed is log-normal, and a computation with a law of its own.
// The two random parts are independent; their sum's distribution is an integral over the link's state, taken by Gauss-Legendre
// quadrature on panels that follow the integrand's steepest part.

import { ProbSelectError } from "../../foundation/errors.ts";
import { type ComputeLaw, computeCdf, computeQuantile, spreadOf } from "./compute-law.ts";
import { fastNormalCdf } from "./fast-normal-cdf.ts";
import { normalQuantile } from "./normal-distribution.ts";

/** One possible device: how long it is expected to compute, and how far that may be off. */
export interface ComputeComponent {
  readonly expectedSeconds: number;
  readonly law: ComputeLaw;
}

/** tau = fixed + T * X + C with ln X ~ N(0, transferLogSigma^2), and C that of one of the components, all equally likely. */
export interface RoundTimeLaw {
  /** Round trips and start: certain. */
  readonly fixedSeconds: number;
  /** T: download and upload at the stated rates. */
  readonly transferSeconds: number;
  /** 0 is a link without spread. */
  readonly transferLogSigma: number;
  /** One for a known device; for an unknown one a device each of the catalogue. */
  readonly compute: readonly ComputeComponent[];
}

/** Beyond so many standard deviations the link's state has no mass (1e-15). */
const REACH = 8;
const NO_DOUBT = 1e-12;
/** Panels of the standard normal density on which eight nodes integrate it to 1e-12. */
const DENSITY_BREAKS = [-REACH, -5, -3, -1.5, 0, 1.5, 3, 5, REACH];
/** Panels around the step of the compute law, in widths of that step. */
const STEP_BREAKS = [-16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16];
/** Nodes > 0 and weights of a Gauss-Legendre rule on [-1, 1], Abramowitz & Stegun table 25.4; the rules are symmetric. */
type QuadratureRule = readonly (readonly [node: number, weight: number])[];
/** Order 8: to 1e-6 on the panels below. */
const fineRule: QuadratureRule = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
];

/** Order 4: to 1e-4, in half the time. */
export const coarseRule: QuadratureRule = [
  [0.3399810435848563, 0.6521451548625461],
  [0.8611363115940526, 0.3478548451374538],
];

/**
 * P(tau <= seconds).
 *
 * @param seconds not NaN.
 * @param rule how finely the link's states are integrated.
 * @example
 * // certain transfers of 2 s, then a compute time of 10 s at the median: P(tau <= 12) = 1/2
 * roundTimeCdf({ fixedSeconds: 0, transferSeconds: 2, transferLogSigma: 0, compute: [{ expectedSeconds: 10,
 *   law: { kind: "log-normal", logSigma: 0.25 } }] }, 12) // 0.5
 */
export function roundTimeCdf(law: RoundTimeLaw, seconds: number, rule: QuadratureRule = fineRule): number {
  const slackSeconds = seconds - law.fixedSeconds;
  let sum = 0;
  for (const component of law.compute) sum += componentCdf(law, component, slackSeconds, rule);
  return Math.min(1, sum / law.compute.length);
}

/**
 * The seconds with P(tau <= seconds) = probability, by bisection.
 *
 * @param probability in (0, 1).
 * @throws {ProbSelectError} selection.invalid-argument
 */
export function roundTimeQuantile(law: RoundTimeLaw, probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new ProbSelectError(
      "selection.invalid-argument",
      `A quantile of a round's time needs a probability between 0 and 1 but got ${probability}.`,
    );
  }
  const [only] = law.compute;
  if (only && law.compute.length === 1 && (law.transferLogSigma === 0 || law.transferSeconds === 0)) {
    return law.fixedSeconds + law.transferSeconds + only.expectedSeconds * computeQuantile(only.law, probability);
  }
  let low = law.fixedSeconds;
  let high = Math.max(upperBound(law, probability), Number.MIN_VALUE);
  while (roundTimeCdf(law, high) < probability) high *= 2;
  while (high - low > 1e-10 * (high - law.fixedSeconds)) {
    const middle = (low + high) / 2;
    // Neighbours have no number between them: next to long certain parts the others have fewer digits than asked for.
    if (middle <= low || middle >= high) break;
    if (roundTimeCdf(law, middle) < probability) low = middle;
    else high = middle;
  }
  return high;
}

/** Where the parts are all at once at that quantile, or beyond. */
function upperBound({ fixedSeconds, transferSeconds, transferLogSigma, compute }: RoundTimeLaw, probability: number) {
  const transfer = transferSeconds * Math.exp(transferLogSigma * Math.max(0, normalQuantile(probability)));
  const slowest = Math.max(
    ...compute.map(({ expectedSeconds, law }) => expectedSeconds * computeQuantile(law, probability)),
  );
  return fixedSeconds + transfer + slowest;
}

function componentCdf(
  link: RoundTimeLaw,
  component: ComputeComponent,
  slackSeconds: number,
  rule: QuadratureRule,
): number {
  const { transferSeconds, transferLogSigma } = link;
  if (slackSeconds <= 0) return 0;
  if (transferSeconds === 0 || transferLogSigma === 0) return computeBy(component, slackSeconds - transferSeconds);
  if (component.expectedSeconds === 0)
    return fastNormalCdf(Math.log(slackSeconds / transferSeconds) / transferLogSigma);
  return integrateOverLink(link, component, slackSeconds, rule);
}

/** P(C <= seconds). */
function computeBy({ expectedSeconds, law }: ComputeComponent, seconds: number): number {
  if (seconds < 0) return 0;
  return expectedSeconds === 0 ? 1 : computeCdf(law, seconds / expectedSeconds);
}

/** Integral of phi(z) P(C <= slack - T exp(s z)) dz; the integrand is 0 from where the transfer alone takes the slack. */
function integrateOverLink(
  link: RoundTimeLaw,
  component: ComputeComponent,
  slackSeconds: number,
  rule: QuadratureRule,
): number {
  const { transferSeconds, transferLogSigma } = link;
  const end = Math.min(REACH, Math.log(slackSeconds / transferSeconds) / transferLogSigma);
  if (end <= -REACH) return 0;
  // Most candidates are not in doubt whatever the link's state.
  const reach = Math.exp(REACH * transferLogSigma);
  if (computeBy(component, slackSeconds - transferSeconds / reach) <= NO_DOUBT) return 0;
  if (computeBy(component, slackSeconds - transferSeconds * reach) >= 1 - NO_DOUBT) return 1;
  const breaks = panelBreaks(link, component, slackSeconds, end);
  let sum = 0;
  for (let index = 1; index < breaks.length; index++) {
    const from = breaks[index - 1] as number;
    const half = ((breaks[index] as number) - from) / 2;
    for (const [node, weight] of rule) {
      const below = from + half * (1 - node);
      const above = from + half * (1 + node);
      sum +=
        half *
        weight *
        (weightedAt(link, component, slackSeconds, below) + weightedAt(link, component, slackSeconds, above));
    }
  }
  return Math.max(0, sum);
}

function weightedAt(link: RoundTimeLaw, component: ComputeComponent, slackSeconds: number, z: number): number {
  const left = slackSeconds - link.transferSeconds * Math.exp(link.transferLogSigma * z);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * computeBy(component, left);
}

/** Ascending, from -REACH to `end`, close together where the compute law takes its step. */
function panelBreaks(link: RoundTimeLaw, component: ComputeComponent, slackSeconds: number, end: number): number[] {
  const { transferSeconds, transferLogSigma } = link;
  const { expectedSeconds, law } = component;
  const left = slackSeconds - expectedSeconds;
  const points = [...DENSITY_BREAKS];
  // The z at which what is left for the computation is what is expected of it; without end where that is more than all.
  const step = left > 0 ? Math.log(left / transferSeconds) / transferLogSigma : Number.NEGATIVE_INFINITY;
  if (step > -REACH) {
    // The step's width in z there.
    const width = (Math.max(spreadOf(law), 1e-6) * expectedSeconds) / (transferLogSigma * left);
    for (const widths of STEP_BREAKS) points.push(step + widths * width);
  } else {
    for (const before of [0.25, 0.5, 1, 2]) points.push(end - before);
  }
  const inside = points.filter((point) => point > -REACH && point < end).sort((a, b) => a - b);
  return [-REACH, ...inside, end];
}
