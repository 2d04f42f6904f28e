// The spread of each kind of link: what was measured, pooled, and what is assumed where nothing was. scripts/fit.ts
// writes the result into network/fitted-link-spread.ts.

import type { LinkKind, LinkSpread, SpreadCalibration } from "../../network/link-spread.ts";
import { lineOfMoments, lineOfTrace, type MeasuredLine, type RateMoments } from "./measured-line.ts";
import { leaveOneOutCalibration, poolLines } from "./pool-lines.ts";
import type { RateTrace } from "./rate-trace.ts";

/**
 * Transfers that take ten seconds at the median rate give the shipped values: the time in which a traced line moves a model of
 * tens of megabytes, and the finest that traces of ten-second means resolve. Longer ones vary less.
 */
export const REFERENCE_NOMINAL_SECONDS = 10;
/** A trace with at most this share of its time on 5G counts as LTE. */
export const LARGEST_LTE_SHARE = 0.2;
/** Assumption: two wired transfers in three within 10 % of the nominal time. */
const WIRED_LOG_SIGMA = 0.1;

const traceSource = "uccmisl/5Gdataset: downlink of a phone in a 5G network, 10 s means";

export interface NetworkMeasurements {
  readonly traces: readonly RateTrace[];
  readonly wifi: readonly RateMoments[];
}

/** The traces of each mobile kind. */
export function tracesByKind(
  traces: readonly RateTrace[],
): Readonly<Record<"mobile-5g" | "lte", readonly RateTrace[]>> {
  return {
    "mobile-5g": traces.filter(({ share5g }) => share5g > LARGEST_LTE_SHARE),
    lte: traces.filter(({ share5g }) => share5g <= LARGEST_LTE_SHARE),
  };
}

/** Every value of fitted-link-spread.ts, to two decimals. Needs three lines of each measured kind. */
export function fitLinkSpread({ traces, wifi }: NetworkMeasurements): Readonly<Record<LinkKind, LinkSpread>> {
  const kinds = tracesByKind(traces);
  const steps = (of: readonly RateTrace[]) => of.reduce((sum, { bitsPerSecond }) => sum + bitsPerSecond.length, 0);
  const traced = (of: readonly RateTrace[], which: string): LinkSpread => ({
    ...measured(of.map((trace) => lineOfTrace(trace, REFERENCE_NOMINAL_SECONDS))),
    source: `${traceSource}; the traces with ${which} of their time on 5G`,
    licence: "GPL-3.0: the traces are not part of this package",
    rows: `${of.length} traces, ${steps(of)} steps, each the start of a transfer`,
  });
  const wifiSpread: LinkSpread = {
    ...measured(wifi.map(lineOfMoments)),
    source: "PKU-Chengxu/FLASH: mean and standard deviation of each user's Wi-Fi rates, taken for log-normal",
    licence: "BSD-2-Clause",
    rows: `${wifi.length} lines: the downlinks and uplinks of ${new Set(wifi.map(({ group }) => group)).size} users`,
  };
  return {
    wifi: wifiSpread,
    "mobile-5g": traced(kinds["mobile-5g"], `more than ${100 * LARGEST_LTE_SHARE} %`),
    lte: traced(kinds.lte, `at most ${100 * LARGEST_LTE_SHARE} %`),
    wired: assumed(
      { lineLogSigma: WIRED_LOG_SIGMA, kindLogSigma: WIRED_LOG_SIGMA },
      "assumption: a wired line gives the rate of its contract, two transfers in three within 10 %",
    ),
    satellite: assumed(
      wifiSpread,
      "assumption: that of Wi-Fi, another radio link to a fixed place that many share; no satellite link was measured",
    ),
  };
}

function measured(
  lines: readonly MeasuredLine[],
): Pick<LinkSpread, "lineLogSigma" | "kindLogSigma" | "basis" | "evidence"> {
  const pooled = poolLines(lines);
  return {
    lineLogSigma: hundredths(pooled.lineLogSigma),
    kindLogSigma: hundredths(pooled.kindLogSigma),
    basis: "measured",
    evidence: {
      robustLineLogSigma: hundredths(pooled.robustLineLogSigma),
      lineCalibration: rounded(leaveOneOutCalibration(lines, "line")),
      kindCalibration: rounded(leaveOneOutCalibration(lines, "kind")),
    },
  };
}

function assumed(sigmas: Pick<LinkSpread, "lineLogSigma" | "kindLogSigma">, source: string): LinkSpread {
  const { lineLogSigma, kindLogSigma } = sigmas;
  return { lineLogSigma, kindLogSigma, basis: "assumption", source, licence: null, rows: "none", evidence: null };
}

/** A third decimal would claim more than so few lines tell. */
function hundredths(value: number): number {
  return Number(value.toFixed(2));
}

function rounded(calibration: SpreadCalibration): SpreadCalibration {
  return {
    inside50: hundredths(calibration.inside50),
    inside80: hundredths(calibration.inside80),
    inside95: hundredths(calibration.inside95),
    keptAt80: hundredths(calibration.keptAt80),
    keptAt90: hundredths(calibration.keptAt90),
    keptAt95: hundredths(calibration.keptAt95),
  };
}
