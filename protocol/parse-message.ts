// The door of every message: a schema turns unknown input into a typed value, or into a refusal that its sender can read.

import type { z } from "zod";
import { type ErrorCode, messageOf } from "../foundation/errors.ts";
import { PROTOCOL_VERSION } from "./messages.ts";
import { withoutTokens } from "./proof.ts";

export interface Refusal {
  readonly accepted: false;
  readonly code: string;
  readonly reason: string;
}

export type Parsed<Value> = { readonly accepted: true; readonly value: Value } | Refusal;

const REASON_LIMIT = 2000;

/** A refusal; the reason is cut to what the wire format allows, and repeats no token that somebody put in a wrong place. */
export function refuse(code: string, reason: string): Refusal {
  return { accepted: false, code, reason: withoutTokens(reason).slice(0, REASON_LIMIT) };
}

/**
 * Parses `input` with `schema`. Never throws.
 *
 * @param what the message's name, for the reason: "register".
 * @returns the value, or a refusal with code protocol.malformed-message (protocol.version-mismatch if only the version differs).
 * @example parseMessage(progressSchema, { taskId: "t", phase: "training", fraction: 2 }, "progress")
 * // { accepted: false, code: "protocol.malformed-message", reason: "progress: fraction: Too big: expected number to be <=1" }
 */
export function parseMessage<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  what: string,
): Parsed<z.infer<Schema>> {
  const version = statedVersion(input);
  if (version !== undefined && version !== PROTOCOL_VERSION) {
    const code: ErrorCode = "protocol.version-mismatch";
    const stated = typeof version === "number" ? String(version) : `a ${typeof version}`;
    return refuse(
      code,
      `${what}: the sender speaks protocol version ${stated}, this side speaks ${PROTOCOL_VERSION}. Install the same ` +
        `ProbSelect release on both sides.`,
    );
  }
  const code: ErrorCode = "protocol.malformed-message";
  try {
    const parsed = schema.safeParse(input);
    if (parsed.success) return { accepted: true, value: parsed.data };
    return refuse(code, `${what}: ${describeIssues(parsed.error)}`);
  } catch (thrown) {
    // zod itself can throw, for example on a property getter that throws.
    return refuse(code, `${what}: ${messageOf(thrown)}`);
  }
}

function statedVersion(input: unknown): unknown {
  return typeof input === "object" && input !== null && "protocolVersion" in input ? input.protocolVersion : undefined;
}

/** The issues of a failed parse as one line: "slo.deadlineSeconds: expected number; rounds: Too small". */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message))
    .join("; ");
}
