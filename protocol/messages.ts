// The wire contract between aggregator and agent: every control message as a schema. A message is parsed once, where it
// arrives, and refused with a reason that its sender sees. Parameters never travel here: see protocol/transfer.ts.

import { z } from "zod";
import { architectureSchema } from "../models/architecture.ts";
import { updateEncodingSchema } from "../models/compression/update-encoding.ts";
import { MAXIMUM_TRANSFER_LOG_SIGMA } from "../network/link.ts";
import { dataMeaningSchema } from "./data-meaning.ts";
import type { ChallengeReply } from "./proof.ts";
import type { SecureReply, SecureRequest } from "./secure-aggregation/exchange.ts";
import { MAXIMUM_COHORT, SECURE_AGGREGATION_VERSION } from "./secure-aggregation/limits.ts";

/** Raised when a message changes its meaning; both sides must have the same. */
export const PROTOCOL_VERSION = 3;
/** Limit of one control message on the wire, in bytes. */
export const MAXIMUM_MESSAGE_BYTES = 256 * 1024;

const text = (maximum: number) => z.string().min(1).max(maximum);
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const seconds = z.number().min(0).max(1e9);
const positive = z.number().positive().max(1e21);
/** A forecast is made of no slower link and no slower device than 1 a second. */
const rate = z.number().min(1).max(1e21);
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const taskId = text(100);
/** On the aggregator itself: whatever URL it is joined to, it must never lead to another host. */
const transferPath = z
  .string()
  .max(500)
  .regex(/^\/(?!\/)[\w.~%!'()*:@/-]*$/, "expected a path on the aggregator");

export const deviceReportSchema = z.strictObject({
  kind: z.enum(["gpu", "cpu"]),
  name: text(200),
  memoryBytes: positive.optional(),
  fp32PeakFlopPerSecond: rate.optional(),
  memoryBandwidthBytesPerSecond: rate.optional(),
  maximumClockHertz: z.number().min(1).max(1e11).optional(),
  powerLimitWatts: z.number().positive().max(1e5).optional(),
});

export const networkLinkSchema = z.strictObject({
  downlinkBitsPerSecond: rate,
  uplinkBitsPerSecond: rate,
  roundTripSeconds: seconds,
  transferLogSigma: z.number().min(0).max(MAXIMUM_TRANSFER_LOG_SIGMA).optional(),
});

/** Who an agent is (protocol/proof.ts); base64url without padding. */
export const registrationProofSchema = z.strictObject({
  /** Raw Ed25519 public key. */
  publicKey: z.string().regex(/^[\w-]{43}$/),
  /** Of `proofText`. */
  signature: z.string().regex(/^[\w-]{86}$/),
  /** An enrolment token, for a client that the aggregator does not know yet. Never kept. */
  token: z.string().max(200).optional(),
});

/** agent -> aggregator, once a connection. */
export const registerSchema = z.strictObject({
  protocolVersion: z.literal(PROTOCOL_VERSION),
  /** Chosen by the operator or made from the host name; unique in a run. A second live connection of a name is refused. */
  clientId: z.string().regex(/^[\w.:-]{1,64}$/),
  device: deviceReportSchema,
  link: networkLinkSchema,
  exampleCount: z.int().min(1).max(1e9),
  /** What one of its examples looks like, so that a client whose data do not fit the run is refused at once; absent: it shows in a round. */
  examples: z
    .strictObject({
      shape: z.array(z.int().min(1).max(1e9)).max(8),
      classCount: z.int().min(1).max(1e6),
      /** How the numbers of its tables were scaled; absent: they come from no table of the user's. */
      scaling: z.enum(["none", "standardise", "minmax"]).optional(),
      /** What its numbers stand for; absent: they have no names. */
      meaning: dataMeaningSchema.optional(),
      /** Which part it holds of a data set that everybody has; absent: its data are its own. */
      share: z
        .strictObject({ dataset: text(100), split: text(200), number: z.int().min(1), count: z.int().min(1).max(1e9) })
        .refine(({ number, count }) => number <= count, "there are not so many shares")
        .optional(),
    })
    .optional(),
  /** Name of the back-end that will train, e.g. "wasm": whose measured speed a forecast assumes, and which calibration serves. */
  backend: text(50),
  /** What else it can train with, its preference first, each with the device that then computes; the aggregator chooses. */
  otherBackends: z
    .array(z.strictObject({ backend: text(50), device: deviceReportSchema }))
    .max(8)
    .refine((others) => new Set(others.map(({ backend }) => backend)).size === others.length, "a back-end comes twice")
    .optional(),
  /** True when the agent reports at the moment an emulated device would have finished. */
  emulated: z.boolean(),
  /** What the aggregator's rules can name it by: "site:berlin". */
  labels: z.array(text(50)).max(32).default([]),
  /** What it may spend in a round; without it what it needs. */
  energy: z
    .strictObject({
      budgetJoules: z.number().positive().max(1e15),
      transferJoulesPerBit: z.number().min(0).max(1).optional(),
    })
    .optional(),
  /** Where the aggregator takes known agents only. */
  proof: registrationProofSchema.optional(),
});

/** Which clock a run's deadlines are on. */
export const roundClockSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("wall") }),
  /**
   * The round's clock stands at 0 while agents really train, then runs at `emulatedSecondsPerWallSecond`. An agent says
   * "trained" when it could report, and reports when its emulated device would have finished.
   */
  z.strictObject({ kind: z.literal("emulated"), emulatedSecondsPerWallSecond: positive }),
]);

export const refusalSchema = z.strictObject({ accepted: z.literal(false), code: text(100), reason: text(2000) });
const acceptance = z.strictObject({ accepted: z.literal(true) });

/** Acknowledgement of `register`. */
export const registerReplySchema = z.discriminatedUnion("accepted", [
  z.strictObject({
    accepted: z.literal(true),
    protocolVersion: z.int(),
    runName: text(200),
    modelName: text(100),
    roundCount: count,
    clock: roundClockSchema,
    /** What the aggregator makes of the device, for the agent's log. */
    deviceSummary: text(2000),
    /** What it will be asked to train with, so that it is ready before the first task; absent: its own `backend`. */
    backend: text(50).optional(),
  }),
  refusalSchema,
]);

/** aggregator -> agent: train. */
export const trainSchema = z.strictObject({
  taskId,
  round: count,
  modelVersion: count,
  architecture: architectureSchema,
  parameters: z.strictObject({ path: transferPath, sha256: sha256Schema, byteLength: count }),
  training: z.strictObject({
    epochs: z.int().min(1).max(10_000),
    batchSize: z.int().min(1).max(1_000_000),
    learningRate: z.number().positive().max(1000),
    momentum: z.number().min(0).lt(1),
    /** FedProx: mu of the term mu / 2 * ||w - w_global||^2 that every step's loss has on top; absent is 0. */
    proximalMu: z.number().min(0).max(1e9).optional(),
    /** Train each epoch on so many of the client's examples, drawn anew; without it, or if it has no more, on all. */
    maximumExamples: z.int().min(1).max(1e9).optional(),
    /** Seeds the order of the examples. */
    seed: z.int(),
  }),
  deadlineSeconds: seconds,
  /** Which of the agent's back-ends trains; absent: its own `backend`. */
  backend: text(50).optional(),
  /** An agent that has lost the aggregator for so long stops working on the task. */
  leaseSeconds: z.number().positive().max(1e9).optional(),
  upload: z.strictObject({
    path: transferPath,
    token: text(200),
    partBytes: z.int().min(1024),
    /** The update is to be coded so, padded to `maximumEncodedBytes`; absent: it is a parameter file. */
    encoding: updateEncodingSchema.optional(),
  }),
  /** The update is to leave masked, by what the event `secure` asks for once it is trained; absent: it leaves as it is. */
  secureAggregation: z
    .strictObject({
      version: z.literal(SECURE_AGGREGATION_VERSION),
      /** A sum over fewer clients is not made. */
      minimumClients: z.int().min(2).max(MAXIMUM_COHORT),
    })
    .optional(),
});

/** Acknowledgement of `train` and of `update`: accepted, or why not. */
export const replySchema = z.discriminatedUnion("accepted", [acceptance, refusalSchema]);

/** agent -> aggregator, no acknowledgement: how far a task is. "trained" means that only the commit is missing. */
export const progressSchema = z.strictObject({
  taskId,
  phase: z.enum(["downloading", "training", "uploading", "trained"]),
  fraction: z.number().min(0).max(1),
});

/** agent -> aggregator: commits an uploaded update. It counts from the moment at which this message arrives. */
export const updateSchema = z.strictObject({
  taskId,
  sha256: sha256Schema,
  byteLength: count,
  exampleCount: z.int().min(1).max(1e9),
  stepCount: z.int().min(1),
  trainingLoss: z.number(),
  downloadSeconds: seconds,
  computeSeconds: seconds,
  uploadSeconds: seconds,
});

/** agent -> aggregator: the task failed on the agent's side. */
export const failureSchema = z.strictObject({
  taskId,
  code: text(100),
  reason: text(2000),
  computeSeconds: seconds,
});

/** aggregator -> agent: stop working on a task. Acknowledged with the device-seconds that were spent on it. */
export const cancelSchema = z.strictObject({ taskId, reason: text(2000), elapsedSeconds: seconds });
export const cancelReplySchema = z.strictObject({ computeSeconds: seconds });

/** aggregator -> emulating agents: the round's clock starts to run now. */
export const clockStartedSchema = z.strictObject({ taskId });

/** aggregator -> agent: the run is over; the agent may leave. */
export const runFinishedSchema = z.strictObject({ reason: text(2000) });

export type RegistrationProof = z.infer<typeof registrationProofSchema>;
export type Register = z.infer<typeof registerSchema>;
export type RegisterReply = z.infer<typeof registerReplySchema>;
export type RoundClockDescription = z.infer<typeof roundClockSchema>;
export type Train = z.infer<typeof trainSchema>;
export type Reply = z.infer<typeof replySchema>;
export type Progress = z.infer<typeof progressSchema>;
export type Update = z.infer<typeof updateSchema>;
export type Failure = z.infer<typeof failureSchema>;
export type Cancel = z.infer<typeof cancelSchema>;
export type CancelReply = z.infer<typeof cancelReplySchema>;
export type ClockStarted = z.infer<typeof clockStartedSchema>;
export type RunFinished = z.infer<typeof runFinishedSchema>;

/** socket.io event map, agent -> aggregator. */
export interface AgentToAggregatorEvents {
  /** Asks for a nonce to sign; see protocol/proof.ts. */
  challenge: (message: null, acknowledge: (reply: ChallengeReply) => void) => void;
  register: (message: Register, acknowledge: (reply: RegisterReply) => void) => void;
  progress: (message: Progress) => void;
  update: (message: Update, acknowledge: (reply: Reply) => void) => void;
  failure: (message: Failure, acknowledge: (reply: Reply) => void) => void;
}

/** socket.io event map, aggregator -> agent. */
export interface AggregatorToAgentEvents {
  train: (message: Train, acknowledge: (reply: Reply) => void) => void;
  cancel: (message: Cancel, acknowledge: (reply: CancelReply) => void) => void;
  /** Secure aggregation; see protocol/secure-aggregation/exchange.ts. */
  secure: (message: SecureRequest, acknowledge: (reply: SecureReply) => void) => void;
  clockStarted: (message: ClockStarted) => void;
  runFinished: (message: RunFinished) => void;
}
