// What truth level L2 rests on: training steps and links that other people measured, each with the forecast of someone who had not seen it.

import type { LinkKind } from "../../network/link-spread.ts";
import type { SoftwareStack } from "../../selection/latency/software-stack.ts";
import type { LawSpreads } from "../../selection/probability/compute-law.ts";
import type { ModelCost } from "../../workloads/workload.ts";

/** A measured training step of a workload. A GPU that was measured in several machines, or with several versions, has one for each. */
export interface MeasuredCell {
  /** As the catalogue names it. */
  readonly gpu: string;
  readonly stepSeconds: number;
  /** What the roofline says whose coefficients saw neither this GPU nor this network. */
  readonly forecastSeconds: number;
  /** The spread of such forecasts, fitted to other GPUs and networks. */
  readonly spreads: LawSpreads;
  /** Repository of the measurement. */
  readonly source: string;
}

/** A network at one batch size and precision, measured on several GPUs. */
export interface MeasuredWorkload {
  /**
   * "pytorch/resnet18/fp32/12": stack, network, precision, batch size; "tensorflow/LeNet5/fp32/16/64px" where images of several sizes
   * were measured.
   */
  readonly key: string;
  readonly stack: SoftwareStack;
  readonly network: string;
  readonly precision: "fp32" | "fp16";
  readonly batchSize: number;
  /** Pixels a side; null where only the network's own size was measured. */
  readonly imageSize: number | null;
  readonly model: ModelCost;
  /** Of the file with its parameters, which travels both ways. */
  readonly parameterFileBytes: number;
  /** "MIT": of the figures. */
  readonly licence: string;
  /** By GPU. Those of one GPU have the same forecast, which rests on its specs. */
  readonly cells: readonly MeasuredCell[];
}

/** A measured line, by which transfers of a simulation go. */
export interface MeasuredLine {
  readonly name: string;
  readonly kind: LinkKind;
  /** What its client states: the medians of its rates. */
  readonly downlinkBitsPerSecond: number;
  readonly uplinkBitsPerSecond: number;
  readonly roundTripSeconds: number;
  /** Spread that is fitted to all other lines of its kind. */
  readonly leftOutLogSigma: number;
  /**
   * Seconds of a round's two transfers, without the round trips.
   *
   * @param draw uniform on (0, 1), by purpose: the same purpose gives the same draw.
   * @param betweenSeconds from the end of the download to the start of the upload.
   */
  readonly transferSeconds: (
    bits: { readonly down: number; readonly up: number },
    draw: (purpose: string) => number,
    betweenSeconds: number,
  ) => { readonly downloadSeconds: number; readonly uploadSeconds: number };
}

/** The second is the first with rates of another law. */
export type MeasuredLinkName = "measured-wifi" | "measured-wifi-weibull" | "measured-5g";
