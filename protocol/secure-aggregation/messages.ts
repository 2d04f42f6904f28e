// The messages of secure aggregation, in their order. What clients tell each other travels through the server, encrypted.
// After Bonawitz et al. 2017, "Practical Secure Aggregation for Privacy-Preserving Machine Learning", figure 4, with the
// neighbourhoods of Bell et al. 2020 and a confirmation of the shares (docs/secure-aggregation.md).

import { z } from "zod";
import { registerSchema } from "../messages.ts";
import {
  CIPHERTEXT_BYTES,
  KEY_BYTES,
  MAXIMUM_COHORT,
  MAXIMUM_NEIGHBOURS,
  MAXIMUM_VECTOR_BYTES,
  SECURE_AGGREGATION_VERSION,
  SHARE_BYTES,
} from "./limits.ts";

const bytes = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length, {
    error: `expected ${length} bytes`,
  });
const hash = bytes(KEY_BYTES);
const publicKey = bytes(KEY_BYTES);
const clientId = registerSchema.shape.clientId;
const clientIds = z.array(clientId).max(MAXIMUM_NEIGHBOURS);
const share = z.number().min(0).max(0.5);

/** What every message begins with: a message of another session is refused. */
const header = { version: z.literal(SECURE_AGGREGATION_VERSION), sessionId: bytes(KEY_BYTES) };

/** What the privacy and the success of a round are computed under. */
export const assumptionsSchema = z.strictObject({
  /** Share of the clients that may drop out between their keys and the end, 0..0.5. */
  dropoutShare: share,
  /** Share of the clients that may collude with the server, 0..0.5. */
  corruptedShare: share,
  /**
   * "honest": the server keeps to the protocol and looks at all it sees. "equivocating": it may tell the clients different lists of
   * survivors; that takes a higher threshold, and for it more neighbours.
   */
  server: z.enum(["honest", "equivocating"]),
  /** The chance that the graph fails to protect somebody is at most 2^-securityBits. */
  securityBits: z.int().min(1).max(128),
  /** The chance that a round with no more dropouts than assumed fails is at most 2^-correctnessBits. */
  correctnessBits: z.int().min(1).max(128),
});

export const codingSchema = z.strictObject({
  /** Each parameter's update is clipped to [-updateRange, updateRange]. */
  updateRange: z.number().positive().max(1e6),
  /** A client with more examples counts as one with so many. */
  maximumWeight: z.int().min(1).max(1_000_000),
  /** So many clients' sums fit. */
  maximumClients: z.int().min(2).max(MAXIMUM_COHORT),
});

/** server -> client: how the round will be. */
export const invitationSchema = z.strictObject({
  ...header,
  /** Of the seed of the neighbour graph, which the roster reveals. */
  graphCommitment: hash,
  assumptions: assumptionsSchema,
  coding: codingSchema,
  parameterCount: z
    .int()
    .min(1)
    .max(MAXIMUM_VECTOR_BYTES / 4 - 1),
});

/** client -> server: advertise keys. */
export const keysSchema = z.strictObject({ ...header, encryptionKey: publicKey, maskingKey: publicKey });

/** server -> client: whom to share with. */
export const rosterSchema = z.strictObject({
  ...header,
  graphSeed: bytes(KEY_BYTES),
  /** Clients that advertised keys. */
  clientCount: z.int().min(1).max(MAXIMUM_COHORT),
  /** The receiver's place among them, in the order of their ids. */
  position: z.int().min(0).max(MAXIMUM_COHORT),
  threshold: z.int().min(2).max(MAXIMUM_NEIGHBOURS),
  neighbours: z
    .array(
      z.strictObject({
        clientId,
        position: z.int().min(0).max(MAXIMUM_COHORT),
        encryptionKey: publicKey,
        maskingKey: publicKey,
      }),
    )
    .max(MAXIMUM_NEIGHBOURS),
});

const sealedShares = {
  /** The holder's shares of the owner's seed and of its masking key. */
  ciphertext: bytes(CIPHERTEXT_BYTES),
  seedShareHash: hash,
  keyShareHash: hash,
};

/** client -> server: share keys. */
export const sharesSchema = z.strictObject({
  ...header,
  seedHash: hash,
  packets: z.array(z.strictObject({ to: clientId, ...sealedShares })).max(MAXIMUM_NEIGHBOURS),
});

/** server -> client: the shares that it is to hold. */
export const packetsSchema = z.strictObject({
  ...header,
  packets: z.array(z.strictObject({ from: clientId, ...sealedShares })).max(MAXIMUM_NEIGHBOURS),
});

/** client -> server: whose shares it cannot read; nobody's, as a rule. */
export const confirmationSchema = z.strictObject({ ...header, unreadable: clientIds });

/** server -> client: the neighbours to mask with. */
export const maskRequestSchema = z.strictObject({ ...header, peers: clientIds });

/** client -> server: the masked input. Little-endian words of 32 bits; the last one is the weight. */
export const maskedInputSchema = z.strictObject({
  ...header,
  vector: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= MAXIMUM_VECTOR_BYTES, {
    error: `expected at most ${MAXIMUM_VECTOR_BYTES} bytes`,
  }),
});

/** server -> client: unmask. Of survivors the shares of the seed, of the dropped those of the masking key. */
export const unmaskRequestSchema = z.strictObject({ ...header, survivors: clientIds, dropped: clientIds });

const revealed = z.array(z.strictObject({ of: clientId, share: bytes(SHARE_BYTES) })).max(MAXIMUM_NEIGHBOURS);
/** client -> server. */
export const unmaskSchema = z.strictObject({ ...header, seedShares: revealed, keyShares: revealed });

export type Assumptions = z.infer<typeof assumptionsSchema>;
export type FixedPointCoding = z.infer<typeof codingSchema>;
export type Invitation = z.infer<typeof invitationSchema>;
export type Keys = z.infer<typeof keysSchema>;
export type Roster = z.infer<typeof rosterSchema>;
export type Shares = z.infer<typeof sharesSchema>;
export type Packets = z.infer<typeof packetsSchema>;
export type Confirmation = z.infer<typeof confirmationSchema>;
export type MaskRequest = z.infer<typeof maskRequestSchema>;
export type MaskedInput = z.infer<typeof maskedInputSchema>;
export type UnmaskRequest = z.infer<typeof unmaskRequestSchema>;
export type Unmask = z.infer<typeof unmaskSchema>;

/** The header of a session's messages. */
export const headerOf = (sessionId: Uint8Array) => ({ version: SECURE_AGGREGATION_VERSION, sessionId }) as const;
