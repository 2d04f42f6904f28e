// How a phase of a secure round ends: with messages for those who are still in it, or with the round.

import type { ErrorCode } from "../../foundation/errors.ts";

/** Why a secure round has no sum. The model stays as it is, and a new round begins anew. */
export interface SecureFailure {
  readonly status: "failed";
  readonly code: ErrorCode;
  readonly reason: string;
}

/** Client -> the message that begins its next phase; who is not in it has dropped out. */
export type PhaseEnd<Message> =
  | { readonly status: "continues"; readonly messages: ReadonlyMap<string, Message> }
  | SecureFailure;

export const failRound = (code: ErrorCode, reason: string): SecureFailure => ({ status: "failed", code, reason });
