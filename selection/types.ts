// The vocabulary of the heart: devices, candidates, objectives, forecasts, decisions, and the seam LatencyModel (the other,
// SelectionPolicy, is in policy/policy.ts). Everything here is static fact or derived from it; nothing measured in a round enters.

import type { NetworkLink } from "../network/link.ts";
import type { NumericPrecision, Workload } from "../workloads/workload.ts";
import type { ComputeLaw } from "./probability/compute-law.ts";

/** All that a client reports about its hardware, once, when it registers. */
export interface DeviceReport {
  readonly kind: "gpu" | "cpu";
  /** The name as the driver or the operating system writes it. */
  readonly name: string;
  readonly memoryBytes?: number | undefined;
  /** Given by hand for a device that the catalogue lacks. */
  readonly fp32PeakFlopPerSecond?: number | undefined;
  /** Given by hand too; for a Jetson also the bandwidth of its current power mode. */
  readonly memoryBandwidthBytesPerSecond?: number | undefined;
  /** The highest graphics clock that the device may reach as it is set now: nvidia-smi's clocks.max.sm, a power mode's limit. */
  readonly maximumClockHertz?: number | undefined;
  /** The power that the driver lets it draw now: nvidia-smi's power.limit. */
  readonly powerLimitWatts?: number | undefined;
}

export type DeviceClass = "datacentre" | "workstation" | "desktop" | "laptop" | "edge" | "cpu";
export type DeviceVendor = "nvidia" | "amd" | "intel" | "apple" | "qualcomm" | "other";

/** One row of the GPU catalogue. */
export interface CatalogueDevice {
  readonly name: string;
  readonly deviceClass: DeviceClass;
  readonly vendor: DeviceVendor;
  readonly architecture: string;
  /** Dense peak by arithmetic; tf32 only where tensor cores run it by default. */
  readonly peakFlopPerSecond: Readonly<Partial<Record<NumericPrecision, number>>>;
  /** null where the name does not tell it and no report did. */
  readonly memoryBytes: number | null;
  /** True for Jetson modules, Apple's and phones' chips and APUs: what the agent reports is what training may use. */
  readonly sharesSystemMemory: boolean;
  readonly memoryBandwidthBytesPerSecond: number;
  /** The clock at which the peaks hold; null where it is not known. */
  readonly boostClockHertz: number | null;
  /** TDP; of one die where a card has two. */
  readonly thermalDesignWatts: number | null;
  readonly source: string;
  /** "two-sources" | "self-consistent" | "unverified", as far as the numbers were checked. */
  readonly verification: "two-sources" | "self-consistent" | "unverified";
}

/**
 * How much is known about a device for a workload, which sets the forecast's spread.
 * The first three need a calibration file; without one a device is in one of the last four.
 */
export type UncertaintyTier =
  | "measured-cell"
  | "same-gpu-other-batch"
  | "probed"
  | "catalogue-nvidia"
  | "catalogue-other"
  | "self-reported"
  | "unknown";

/** What the aggregator makes of a report: the specs it will compute with and how it came by them. */
export type ResolvedDevice =
  | {
      readonly kind: "known";
      readonly reportedName: string;
      readonly device: CatalogueDevice;
      readonly tier: Exclude<UncertaintyTier, "unknown">;
      readonly tierReason: string;
      /** Contradictions between the report and the catalogue, and limits of the device, as sentences; empty when all is well. */
      readonly warnings: readonly string[];
      /** True if a figure of the report cannot be this device's: a wrong name, a wrong unit, a part of a device, or a lie. */
      readonly isContradictory: boolean;
    }
  | {
      /** No row and no specs: the forecast is the mixture over the catalogue, never a made-up number. */
      readonly kind: "unknown";
      readonly reportedName: string;
      readonly tier: "unknown";
      readonly tierReason: string;
      readonly warnings: readonly string[];
    };

export interface ServiceLevelObjective {
  /** tau_slo: a client's whole round (download + compute + upload) must fit in this. */
  readonly deadlineSeconds: number;
  /** p_slo in [0, 1]: the least probability with which a selected client must meet the deadline. */
  readonly minimumProbability: number;
}

/** How much energy a client may spend in one round: a battery's share, what an eclipse leaves. */
export interface EnergyBudget {
  readonly budgetJoules: number;
  /** What its radio takes for a bit, either way; absent: the transfers are not counted. */
  readonly transferJoulesPerBit?: number | undefined;
}

export interface Candidate {
  readonly clientId: string;
  readonly device: ResolvedDevice;
  /** What trains on it, as the agent names it, e.g. "tensorflow-cuda"; it decides whose measured speed is assumed. */
  readonly backend?: string | undefined;
  readonly link: NetworkLink;
  readonly exampleCount: number;
  /** What its operator calls it by: "site:berlin", "tier:gold". Rules and shared causes of failure refer to them. */
  readonly labels?: readonly string[] | undefined;
  /** Absent: it may spend what it needs. */
  readonly energy?: EnergyBudget | undefined;
  /** Seconds from the round's start until it can be reached, known in advance (an orbit's next pass). Absent: it can be now. */
  readonly contactSeconds?: number | undefined;
}

/** What a client is asked to do in a round, where that is less than the run's settings. */
export interface ClientWork {
  /** Examples of an epoch. */
  readonly exampleCount: number;
  readonly epochs: number;
}

export interface NormalDistribution {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** Seconds of one round, part by part. */
export interface LatencyBreakdown {
  /** Until the client can be reached; absent: it can be at once. */
  readonly contactSeconds?: number | undefined;
  readonly downloadSeconds: number;
  readonly startSeconds: number;
  readonly computeSeconds: number;
  readonly uploadSeconds: number;
  readonly totalSeconds: number;
}

/** The additive terms of the compute time at the mean utilisation; they sum to `computeSeconds`. */
export interface ComputeTerms {
  readonly denseSeconds: number;
  readonly groupedSeconds: number;
  readonly depthwiseSeconds: number;
  readonly activationSeconds: number;
  readonly parameterSeconds: number;
  readonly launchSeconds: number;
  /** The copy of the examples from the host to the device. */
  readonly inputSeconds: number;
  /** What every step costs, whatever the network. */
  readonly stepSeconds: number;
}

/** The forecast for one candidate. Plain JSON: an impossible quantity is null, never Infinity or NaN. */
export interface LatencyForecast {
  readonly latencyModel: string;
  readonly tier: UncertaintyTier;
  readonly tierReason: string;
  /** W_i: FLOP of the whole local training. */
  readonly trainingFlop: number;
  /** P_i, or null for an unknown device. */
  readonly peakFlopPerSecond: number | null;
  /** eta_i: share of the peak that training reaches; may exceed 1. Null for an unknown device. */
  readonly utilisation: NormalDistribution | null;
  /**
   * The round if utilisation equals its mean; for an unknown device the catalogue's median. NOT the mean latency:
   * with eta normal E[1/eta] is not 1/E[eta].
   */
  readonly atMeanUtilisation: LatencyBreakdown;
  /** Null where the time was not made up of terms: an unknown device, the paper's model, a measured cell. */
  readonly computeTerms: ComputeTerms | null;
  /** How far the compute time may be off; null for an unknown device, whose law is a mixture. */
  readonly computeLaw: ComputeLaw | null;
  /** Spread of the link: sd of ln(transfer time / its time at the stated rates). 0 is a link that is taken as stated. */
  readonly transferLogSigma: number;
  /** Of the transfers' and the start's seconds, those that do not vary with the link's state: two round trips and the start. */
  readonly certainSeconds: number;
  /**
   * eta_th = W_i / (P_i * seconds left for compute at the stated link rates); null when transfers alone pass the deadline or
   * the device is unknown.
   */
  readonly requiredUtilisation: number | null;
  /** p_i = P(tau_i <= tau_slo), over utilisation and link; without a spread of the link it is P(eta_i >= eta_th). */
  readonly deadlineProbability: number;
  /** Bytes that training needs on the device, and the device's memory; `fits` is false only if both are known. */
  readonly memory: { readonly requiredBytes: number; readonly availableBytes: number | null; readonly fits: boolean };
  /** Present for a client with an energy budget. `requiredJoules` is null where the device's power is not known; it then fits. */
  readonly energy?: EnergyNeed | undefined;
}

export interface EnergyNeed {
  readonly requiredJoules: number | null;
  readonly availableJoules: number;
  readonly fits: boolean;
}

/** Turns static facts into a forecast. Pure. */
export interface LatencyModel {
  readonly name: string;
  forecast(candidate: Candidate, workload: Workload, slo: ServiceLevelObjective): LatencyForecast;
}

export interface ForecastCandidate {
  readonly candidate: Candidate;
  readonly forecast: LatencyForecast;
}

/** Why a candidate was selected or not. The order is that of the codes in columns: 0 is "selected". */
export const selectionReasonCodes = [
  "selected",
  // It cannot take part, whatever the policy.
  "insufficient-memory",
  "insufficient-energy",
  "transfer-exceeds-deadline",
  // The operator's rules.
  "excluded-by-rule",
  "participation-cap",
  // The policy.
  "below-probability",
  "too-slow",
  "unknown-peak",
  "not-sampled",
  "cohort-full",
  "quorum-reached",
  "quorum-unreachable",
  "over-budget",
  "not-chosen",
] as const;

export type SelectionReasonCode = (typeof selectionReasonCodes)[number];

export interface SelectionDecision {
  readonly clientId: string;
  readonly selected: boolean;
  readonly reasonCode: SelectionReasonCode;
  /** One sentence with the numbers, for people. */
  readonly reason: string;
  /** Of the work that it is asked to do and the deadline that it gets. */
  readonly forecast: LatencyForecast;
  /** What the client is asked to do, where that is less than the run's settings. */
  readonly work?: ClientWork | undefined;
}
