// The phases of one secure round with the clients that have trained: each step is brought to everybody who is left, and ends with
// the last answer or by time. Who does not answer has dropped out; the round goes on as long as enough are left.

import { counted } from "../../../foundation/counted.ts";
import type { ErrorCode } from "../../../foundation/errors.ts";
import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import type { Reply } from "../../../protocol/messages.ts";
import { refuse } from "../../../protocol/parse-message.ts";
import type { SecureStep } from "../../../protocol/secure-aggregation/exchange.ts";
import { headerOf } from "../../../protocol/secure-aggregation/messages.ts";
import { failRound, type PhaseEnd } from "../../secure-aggregation/phase-end.ts";
import { SecureRound } from "../../secure-aggregation/secure-round.ts";
import type { StepAnswer } from "./request-step.ts";
import type { SecureResult, SecureTask } from "./secure-sum.ts";

export interface SecureSessionOptions {
  readonly clientIds: readonly string[];
  readonly secure: SecureTask;
  /** Brings a step to a client. Resolves at the latest when the phase must be over, or when `signal` aborts. */
  readonly ask: (clientId: string, step: SecureStep, message: unknown, signal: AbortSignal) => Promise<StepAnswer>;
  /** Told once of each client that has left the round before its masked input. */
  readonly onDropOut: (clientId: string, why: DropOut) => void;
}

/** How a client left a secure round. */
export interface DropOut {
  readonly status: "late" | "failed" | "unresponsive" | "refused";
  readonly reason: string;
}

/** What a step is called where people read it. */
const words: Readonly<Record<SecureStep, string>> = {
  ...{ invitation: "keys", roster: "shares", packets: "confirmation", mask: "masked input", unmask: "unmasking" },
};

export class SecureSession {
  readonly #options: SecureSessionOptions;
  readonly #round: SecureRound;
  readonly #sessionId: Uint8Array;
  /** Whose masked input is in the sum. */
  readonly #masked = new Set<string>();
  readonly #dropped = new Set<string>();

  /** @throws {ProbSelectError} secure-aggregation.invalid-coding, if a sum of so many clients does not fit. */
  constructor(options: SecureSessionOptions) {
    const { clientIds, secure } = options;
    const { config, global } = secure;
    const { updateRange, maximumWeight, dropoutShare, corruptedShare, server, securityBits, correctnessBits } = config;
    this.#options = options;
    this.#round = new SecureRound({
      clientIds,
      parameterCount: global.values.length,
      assumptions: { dropoutShare, corruptedShare, server, securityBits, correctnessBits },
      coding: { updateRange, maximumWeight },
    });
    this.#sessionId = this.#round.invitation().sessionId;
  }

  /** Whether masked inputs are taken now. */
  get takesMaskedInputs(): boolean {
    return this.#round.phase === "masked-inputs";
  }

  /** Adds a client's vector to the sum. @param vector little-endian words of 32 bits. */
  maskedInput(clientId: string, vector: Uint8Array): Reply {
    const reply = this.#round.maskedInput(clientId, { ...headerOf(this.#sessionId), vector });
    if (reply.accepted) this.#masked.add(clientId);
    return reply;
  }

  /** Goes through all phases. @param signal ends it early; what it then resolves with means nothing. */
  async run(signal: AbortSignal): Promise<SecureResult> {
    const round = this.#round;
    const { clientIds: invited, secure } = this.#options;
    const everybody = new Map(invited.map((clientId) => [clientId, round.invitation()]));
    const failed = (end: { readonly code: string; readonly reason: string }): SecureResult => {
      return { status: "failed", invited, code: end.code, reason: end.reason };
    };

    await this.#step("invitation", everybody, signal, (clientId, keys) => round.keys(clientId, keys));
    const rosters = this.#next(everybody, round.closeKeys());
    if (rosters.status === "failed") return failed(rosters);
    await this.#step("roster", rosters.messages, signal, (clientId, shares) => round.shares(clientId, shares));
    const packets = this.#next(rosters.messages, round.closeShares());
    if (packets.status === "failed") return failed(packets);
    await this.#step("packets", packets.messages, signal, (clientId, answer) => round.confirmation(clientId, answer));
    const masks = this.#next(packets.messages, round.closeConfirmations());
    if (masks.status === "failed") return failed(masks);
    await this.#step("mask", masks.messages, signal, (clientId) => this.#wasMasked(clientId));
    const unmasks = this.#next(masks.messages, round.closeMaskedInputs());
    if (unmasks.status === "failed") return failed(unmasks);
    await this.#unmask(unmasks.messages, signal);
    const outcome = await round.finish(secure.global);
    if (outcome.status === "failed") return failed(outcome);
    const { parameters, weight, contributors } = outcome;
    return { status: "aggregated", invited, survivors: [...contributors].sort(), parameters, weight };
  }

  /** Asks everybody at once; a client whose answer does not come, or is none, drops out. */
  async #step(
    step: SecureStep,
    messages: ReadonlyMap<string, unknown>,
    signal: AbortSignal,
    take: (clientId: string, answer: unknown) => Reply,
  ): Promise<void> {
    await Promise.all(
      [...messages].map(async ([clientId, message]) => {
        const answer = await this.#options.ask(clientId, step, message, signal);
        if (signal.aborted || this.#masked.has(clientId)) return;
        if (answer.kind !== "answered") return this.#dropOut(clientId, dropOutBy(answer, step));
        const reply = take(clientId, answer.message);
        if (!reply.accepted) this.#dropOut(clientId, { status: "failed", reason: `${reply.code}: ${reply.reason}` });
      }),
    );
  }

  /** Of the survivors: whoever leaves now still counts, and the first answers that are enough end it. */
  async #unmask(messages: ReadonlyMap<string, unknown>, signal: AbortSignal): Promise<void> {
    const enough = new AbortController();
    const either = AbortSignal.any([signal, enough.signal]);
    await Promise.all(
      [...messages].map(async ([clientId, message]) => {
        const answer = await this.#options.ask(clientId, "unmask", message, either);
        if (answer.kind !== "answered" || either.aborted) return;
        this.#round.unmask(clientId, answer.message);
        if (this.#round.canFinish) enough.abort();
      }),
    );
  }

  /** Who is not in the next phase, though it answered, had too few neighbours left. */
  #next<Message>(before: ReadonlyMap<string, unknown>, end: PhaseEnd<Message>): PhaseEnd<Message> {
    if (end.status === "failed") return end;
    for (const clientId of before.keys()) {
      if (end.messages.has(clientId)) continue;
      const code: ErrorCode = "secure-aggregation.too-few-shares";
      const reason = `${code}: Too few of its neighbours were left that hold its shares.`;
      this.#dropOut(clientId, { status: "failed", reason });
    }
    const { minimumClients } = this.#options.secure.config;
    if (end.messages.size >= minimumClients) return end;
    const left = counted(end.messages.size, "client is left", "clients are left");
    const reason = `${left}; aggregation.secure.minimumClients asks for ${minimumClients}.`;
    return failRound("secure-aggregation.too-few-clients", reason);
  }

  #wasMasked(clientId: string): Reply {
    if (this.#masked.has(clientId)) return { accepted: true };
    return refuse("secure-aggregation.wrong-phase", "It said that it had sent its masked input, which has not come.");
  }

  #dropOut(clientId: string, why: DropOut): void {
    if (this.#dropped.has(clientId)) return;
    this.#dropped.add(clientId);
    this.#options.onDropOut(clientId, why);
  }
}

/** The phases of a round in a session of its own; a round that cannot begin ends as one that failed. */
export function openSession(options: SecureSessionOptions): SecureSession | SecureResult {
  try {
    return new SecureSession(options);
  } catch (thrown) {
    if (!(thrown instanceof ProbSelectError)) throw thrown;
    return { status: "failed", invited: options.clientIds, code: thrown.code, reason: messageOf(thrown) };
  }
}

function dropOutBy(answer: Exclude<StepAnswer, { readonly kind: "answered" }>, step: SecureStep): DropOut {
  const phase = `the phase "${words[step]}" of secure aggregation`;
  switch (answer.kind) {
    case "refused":
      return { status: "refused", reason: answer.reason };
    case "silent":
      return { status: "late", reason: `It had not answered when ${phase} ended.` };
    case "disconnected":
      return { status: "unresponsive", reason: `It disconnected in ${phase}.` };
  }
}
