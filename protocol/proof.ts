// How an agent proves who it is: the aggregator gives a nonce (`challenge`), the agent signs it with its Ed25519 key and sends
// the signature with `register`. Used only where the aggregator asks for it; an open run needs none of this.

import { z } from "zod";
import { refusalSchema } from "./messages.ts";

/** 32 bytes as base64url without padding: a nonce, a raw Ed25519 public key (RFC 8032). */
const bytes32 = z.string().regex(/^[\w-]{43}$/);

/** A credential that an operator gives out, as `probselect token create` prints it. */
export const secretTokenSchema = z.string().regex(/^pst_[0-9a-f]{12}_[\w-]{43}$/);

/**
 * A text that repeats what somebody sent, without the tokens that it may hold.
 *
 * @example withoutTokens("no key pst_0123456789ab_" + "x".repeat(43)) // "no key pst_0123456789ab_[secret]"
 */
export function withoutTokens(text: string): string {
  return text.replace(/(pst_[0-9a-f]{12}_)[\w-]{8,43}/g, "$1[secret]");
}

/** Acknowledgement of `challenge`. A nonce serves one `register` on the same connection. */
export const challengeReplySchema = z.discriminatedUnion("accepted", [
  z.strictObject({ accepted: z.literal(true), nonce: bytes32 }),
  refusalSchema,
]);

export type ChallengeReply = z.infer<typeof challengeReplySchema>;

/**
 * What is signed. It names its purpose, so that a signature made here means nothing elsewhere, and the client, so that it is of
 * no use for another.
 *
 * @example proofText("A...A", "berlin-1") // "probselect register v1\nA...A\nberlin-1"
 */
export function proofText(nonce: string, clientId: string): Uint8Array {
  return new TextEncoder().encode(`probselect register v1\n${nonce}\n${clientId}`);
}
