// What a hostile client says to the aggregator: valid messages and mutations of them, about its own task and about others', under
// names that exist and that do not.

import type { RandomSource } from "../../../foundation/random-source.ts";
import { PROTOCOL_VERSION } from "../../../protocol/messages.ts";
import { between, chance, pick } from "./draw.ts";
import { hostileTexts, hostileValue } from "./hostile-values.ts";
import { mutateValue } from "./mutate-value.ts";

/** What the sender knows of the run. */
export interface RunKnowledge {
  /** Of its own and of others, of this round and of the last. */
  readonly taskIds: readonly string[];
  readonly clientIds: readonly string[];
}

export interface HostileMessage {
  readonly event: unknown;
  readonly messages: readonly unknown[];
}

const events = ["register", "progress", "update", "failure"] as const;
const strangeEvents = [
  "train",
  "cancel",
  "runFinished",
  "dance",
  "__proto__",
  "constructor",
  "toString",
  "",
  7,
  null,
  {},
];

/** One event with what travels in it. */
export function hostileMessage(random: RandomSource, known: RunKnowledge): HostileMessage {
  const event = pick(random, events);
  const valid = validMessage(event, random, known);
  switch (between(random, 0, 9)) {
    case 0:
      return { event, messages: [valid] };
    case 1:
      return {
        event: pick(random, [...strangeEvents, ...hostileTexts]),
        messages: [chance(random, 0.5) ? valid : hostileValue(random)],
      };
    case 2:
      return {
        event,
        messages: pick(random, [[], [hostileValue(random)], [valid, valid], [valid, hostileValue(random), 1]]),
      };
    default:
      return { event, messages: [mutateValue(valid, random)] };
  }
}

/** A message of that event in which nothing is wrong but perhaps its sender. */
export function validMessage(
  event: (typeof events)[number],
  random: RandomSource,
  known: RunKnowledge,
): Record<string, unknown> {
  const taskId = pick(random, known.taskIds);
  switch (event) {
    case "register":
      return validRegistration(
        chance(random, 0.3) ? pick(random, known.clientIds) : `fuzz-${between(random, 0, 20)}`,
        random,
      );
    case "progress":
      return {
        taskId,
        phase: pick(random, ["downloading", "training", "uploading", "trained"]),
        fraction: random.next(),
      };
    case "update":
      return {
        ...{
          taskId,
          sha256: "0f".repeat(32),
          byteLength: 12,
          exampleCount: 100,
          stepCount: 4,
          trainingLoss: random.next(),
        },
        ...{ downloadSeconds: 0, computeSeconds: 1, uploadSeconds: 0 },
      };
    case "failure":
      return { taskId, code: "client.task-failed", reason: "it fails", computeSeconds: 1 };
  }
}

/** Devices that the catalogue has, almost has, and has not. */
const devices = ["NVIDIA A100-PCIE-40GB", "Tesla T4", "Apple M1", "RTX 3090 Ti SUPER", "Frobnicator 9000", "A100"];

export function validRegistration(clientId: string, random: RandomSource): Record<string, unknown> {
  return {
    ...{
      protocolVersion: PROTOCOL_VERSION,
      clientId,
      exampleCount: 100,
      backend: pick(random, ["wasm", "pytorch"]),
      emulated: false,
    },
    device: {
      ...{
        kind: pick(random, ["gpu", "cpu"]),
        name: pick(random, devices),
        memoryBytes: 16e9,
        fp32PeakFlopPerSecond: 8e12,
      },
      ...{ memoryBandwidthBytesPerSecond: 3e11, maximumClockHertz: 1.5e9, powerLimitWatts: 70 },
    },
    link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0.001, transferLogSigma: 0.1 },
    otherBackends: [{ backend: "cpu", device: { kind: "cpu", name: pick(random, devices) } }],
    labels: ["site:berlin"],
    energy: { budgetJoules: 1000, transferJoulesPerBit: 1e-7 },
  };
}

/** An answer to `train` or `cancel`. */
export function hostileAnswer(event: "train" | "cancel", random: RandomSource): unknown {
  const refusal = { accepted: false, code: "client.busy", reason: "It is busy." };
  const valid = event === "cancel" ? { computeSeconds: 1 } : chance(random, 0.5) ? { accepted: true } : refusal;
  return chance(random, 0.2) ? hostileValue(random) : mutateValue(valid, random);
}
