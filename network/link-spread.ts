// How far the transfer times of a kind of network stray from the nominal ones, and how that is known. The values are in
// fitted-link-spread.ts, which scripts/fit.ts writes.

export type LinkKind = "wifi" | "mobile-5g" | "lte" | "wired" | "satellite";

/** Spread of the log-normal factor X on a transfer's nominal time. */
export interface LinkSpread {
  /** Standard deviation of ln X where the stated rates are the line's own medians. */
  readonly lineLogSigma: number;
  /** The same where the rates are only typical of the kind: the difference between lines comes on top. */
  readonly kindLogSigma: number;
  readonly basis: "measured" | "assumption";
  /** Whose figures, or what is assumed. */
  readonly source: string;
  /** Of the measurements, which the package does not contain; null without measurements. */
  readonly licence: string | null;
  /** How many rows of what. */
  readonly rows: string;
  readonly evidence: SpreadEvidence | null;
}

/** What shows whether a spread can be trusted. */
export interface SpreadEvidence {
  /** Median over the lines of the interquartile range of ln X, as a normal's standard deviation; beside `lineLogSigma`. */
  readonly robustLineLogSigma: number;
  /** Of each line under the spread of all the others. Where a line is known by its moments only, it is taken for log-normal. */
  readonly lineCalibration: SpreadCalibration;
  readonly kindCalibration: SpreadCalibration;
}

/** Shares 0..1, each line weighing the same. */
export interface SpreadCalibration {
  /** Of transfers inside the central interval that should hold 50 %, 80 %, 95 %. */
  readonly inside50: number;
  readonly inside80: number;
  readonly inside95: number;
  /** Of transfers done by the time at which the law promises 80 %, 90 %, 95 %. */
  readonly keptAt80: number;
  readonly keptAt90: number;
  readonly keptAt95: number;
}
