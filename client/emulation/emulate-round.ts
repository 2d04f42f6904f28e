// The truth of an emulated round: how long the emulated device and its link would have taken. The mean comes from
// step-time.ts, the spread from measurements; neither is the forecaster's. See docs/emulation.md for every number.

import { seededRandom } from "../../foundation/random-source.ts";
import { standardNormalVariate, studentTVariate } from "../../foundation/random-variates.ts";
import { type NetworkLink, transferSeconds } from "../../network/link.ts";
import type { CatalogueDevice } from "../../selection/types.ts";
import type { ModelCost, TrainingSettings } from "../../workloads/workload.ts";
import {
  canThrottle,
  DEVICE_DEGREES_OF_FREEDOM,
  DEVICE_LOG_SCALE,
  DOWNLINK_VARIATION,
  logSigmaOf,
  ROUND_LOG_SIGMA,
  throttledSeconds,
  UPLINK_VARIATION,
  WIRED_VARIATION,
} from "./emulated-spread.ts";
import { emulatedStepSeconds } from "./step-time.ts";

/** Assumption: in one round of ten another job shares the device and slows it 1.5 to 3 times. */
const CONTENTION_PROBABILITY = 0.1;
/** Boards and laptops sustain less than their peak clock when warm: assumption, 30 % less after 60 s of load. */
const THROTTLING = { afterSeconds: 60, speed: 0.7 };
/** From here on a link is taken for a wired one. */
const WIRED_BITS_PER_SECOND = 500e6;

export interface EmulatedRound {
  readonly downloadSeconds: number;
  readonly computeSeconds: number;
  readonly uploadSeconds: number;
}

export interface EmulationRequest {
  readonly device: CatalogueDevice;
  readonly link: NetworkLink;
  readonly model: ModelCost;
  readonly training: Pick<TrainingSettings, "epochs" | "batchSize">;
  /** Examples of one epoch: those that the client holds, or the fewer that it is asked to train on. */
  readonly exampleCount: number;
  readonly modelBytes: number;
  readonly clientId: string;
  readonly round: number;
  readonly seed: number;
}

/**
 * The duration of one client's round. A pure function of its arguments: the same (seed, client, round) gives the same luck
 * whoever selects the client, so policies are compared on the same truth.
 */
export function emulateRound(request: EmulationRequest): EmulatedRound {
  const { device, link, training, exampleCount, modelBytes, clientId, round, seed } = request;
  const steps = training.epochs * Math.ceil(exampleCount / training.batchSize);
  const batchSize = Math.min(training.batchSize, exampleCount);
  const nominal = steps * emulatedStepSeconds(device, request.model, batchSize);
  const busy = nominal * deviceFactor(seed, clientId) * roundFactor(seed, clientId, round);

  const network = seededRandom(seed, "network", clientId, round);
  const isWired = link.uplinkBitsPerSecond >= WIRED_BITS_PER_SECOND;
  const downlinkFactor = rateFactor(isWired ? WIRED_VARIATION : DOWNLINK_VARIATION, standardNormalVariate(network));
  const uplinkFactor = rateFactor(isWired ? WIRED_VARIATION : UPLINK_VARIATION, standardNormalVariate(network));
  const { downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = link;
  return {
    downloadSeconds: transferSeconds(modelBytes, downlinkBitsPerSecond * downlinkFactor, roundTripSeconds),
    computeSeconds: canThrottle(device.deviceClass) ? throttledSeconds(busy, THROTTLING) : busy,
    uploadSeconds: transferSeconds(modelBytes, uplinkBitsPerSecond * uplinkFactor, roundTripSeconds),
  };
}

/** How much slower than its specs a device is, the same in every round. Median 1. */
export function deviceFactor(seed: number, clientId: string): number {
  const random = seededRandom(seed, "device", clientId);
  return Math.exp(DEVICE_LOG_SCALE * studentTVariate(DEVICE_DEGREES_OF_FREEDOM, random));
}

/** A round's own luck: small noise, and at times another job on the device. Median 1. */
export function roundFactor(seed: number, clientId: string, round: number): number {
  const random = seededRandom(seed, "round", clientId, round);
  const noise = Math.exp(ROUND_LOG_SIGMA * standardNormalVariate(random));
  const isShared = random.next() < CONTENTION_PROBABILITY;
  return isShared ? noise * (1.5 + 1.5 * random.next()) : noise;
}

/** A log-normal factor with mean 1 and the given coefficient of variation. */
function rateFactor(variation: number, standardNormal: number): number {
  const sigma = logSigmaOf(variation);
  return Math.exp(sigma * standardNormal - sigma ** 2 / 2);
}
