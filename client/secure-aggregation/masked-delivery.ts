// Delivers a trained update masked: answers the aggregator's steps, session after session, until its shares are given away. An
// aggregator that was started again, or a connection that was cut, ends a session; the next invitation begins another, with other keys.

import { messageOf } from "../../foundation/errors.ts";
import { type Parsed, type Refusal, refuse } from "../../protocol/parse-message.ts";
import type { SecureReply, SecureRequest } from "../../protocol/secure-aggregation/exchange.ts";
import type { TrainedUpdate } from "../../protocol/secure-aggregation/fixed-point.ts";
import type { TaskEnd } from "../task-environment.ts";
import { type ClientRequirements, SecureAggregationClient } from "./secure-client.ts";

export interface MaskedDeliveryOptions {
  readonly clientId: string;
  readonly requirements: ClientRequirements;
  readonly update: TrainedUpdate;
  /** Of the training, for the end. */
  readonly trainingLoss: number;
  /** Uploads and commits the masked vector; rejects when `signal` aborts. */
  readonly deliver: (vector: Uint8Array, signal: AbortSignal) => Promise<TaskEnd>;
  /** The update is masked. @param clippedCount parameters that did not fit the range of the coding. */
  readonly onMasked: (clippedCount: number) => void;
  /** Told before the shares are given away: from then on the sum can be known. */
  readonly onShares: () => void;
}

interface Session {
  readonly client: SecureAggregationClient;
  readonly abort: AbortController;
}

export class MaskedDelivery {
  /** How it ended. Never rejects; while it is pending, the aggregator may begin a session. */
  readonly done: Promise<TaskEnd>;
  readonly #options: MaskedDeliveryOptions;
  #session: Session | undefined;
  #finish: (end: TaskEnd) => void = () => {};

  constructor(options: MaskedDeliveryOptions) {
    this.#options = options;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** The answer to one step; a refusal that is this client's last word also ends the delivery. */
  async answer({ step, message }: SecureRequest): Promise<SecureReply> {
    if (step === "invitation") return this.#join(message);
    const session = this.#session;
    if (!session) {
      return refuse("secure-aggregation.wrong-phase", `This client is in no session and takes no step "${step}".`);
    }
    const { client } = session;
    switch (step) {
      case "roster":
        return this.#reply(client, await client.share(message));
      case "packets":
        return this.#reply(client, client.confirm(message));
      case "mask":
        return this.#mask(session, message);
      case "unmask":
        return this.#unmask(client, message);
    }
  }

  /** Ends the session, if there is one, and wipes its secrets; the update is kept for the next. */
  dropSession(): void {
    this.#session?.abort.abort(new Error("The session was given up."));
    this.#session?.client.abandon();
    this.#session = undefined;
  }

  #join(message: unknown): SecureReply {
    const { clientId, requirements } = this.#options;
    const client = new SecureAggregationClient(clientId, requirements);
    const keys = client.join(message);
    if (keys.accepted) {
      this.dropSession();
      this.#session = { client, abort: new AbortController() };
      return { accepted: true, message: keys.value };
    }
    if (client.phase === "ended") this.#fail(keys);
    return keys;
  }

  /** Answers only when the masked input was committed, or could not be. */
  async #mask({ client, abort }: Session, message: unknown): Promise<SecureReply> {
    const { update, deliver, onMasked } = this.#options;
    const code = "client.masked-input-not-delivered";
    try {
      const masked = client.mask(message, update);
      if (!masked.accepted) return this.#reply(client, masked);
      onMasked(masked.value.clippedCount);
      const end = await deliver(masked.value.message.vector, abort.signal);
      if (end.status === "committed") return { accepted: true };
      this.#finish(end);
      return refuse(code, end.reason);
    } catch (thrown) {
      const refusal = refuse(code, messageOf(thrown));
      // The end of the session is not that of the delivery.
      if (!abort.signal.aborted) this.#fail(refusal);
      return refusal;
    }
  }

  #unmask(client: SecureAggregationClient, message: unknown): SecureReply {
    const shares = client.unmask(message);
    if (shares.accepted) {
      this.#options.onShares();
      this.#finish({ status: "committed", trainingLoss: this.#options.trainingLoss });
    }
    return this.#reply(client, shares);
  }

  #reply(client: SecureAggregationClient, answer: Parsed<unknown>): SecureReply {
    if (answer.accepted) return { accepted: true, message: answer.value };
    // What the client only does not understand changes nothing; what it must not do ends its part.
    if (client.phase === "ended" && this.#session?.client === client) this.#fail(answer);
    return answer;
  }

  #fail({ code, reason }: Refusal): void {
    this.#finish({ status: "failed", code, reason });
  }
}
