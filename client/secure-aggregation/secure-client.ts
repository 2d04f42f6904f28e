// A client of one secure round, as a state machine without a socket: it is handed the server's messages and gives back its own, or
// says why not. Bonawitz et al. 2017, "Practical Secure Aggregation for Privacy-Preserving Machine Learning", figure 4 (user), over
// the neighbourhoods of Bell et al. 2020. docs/secure-aggregation.md says what it protects from whom.

import type { z } from "zod";
import { counted } from "../../foundation/counted.ts";
import type { ErrorCode } from "../../foundation/errors.ts";
import { type Parsed, parseMessage, type Refusal, refuse } from "../../protocol/parse-message.ts";
import { checkCoding, encodeUpdate, type TrainedUpdate } from "../../protocol/secure-aggregation/fixed-point.ts";
import { generateKeyPair, randomKey } from "../../protocol/secure-aggregation/key-agreement.ts";
import { addMask, bytesOf, pairMaskKey, pairSign, selfMaskKey } from "../../protocol/secure-aggregation/masks.ts";
import {
  type Confirmation,
  headerOf,
  invitationSchema,
  type Keys,
  type MaskedInput,
  maskRequestSchema,
  packetsSchema,
  rosterSchema,
  type Shares,
  type Unmask,
  type UnmaskRequest,
  unmaskRequestSchema,
} from "../../protocol/secure-aggregation/messages.ts";
import { areEqual } from "../../protocol/secure-aggregation/secret-shares.ts";
import { rosterDanger } from "./check-roster.ts";
import { type ClientState, forget, type Joined, type Masked, type Shared } from "./client-state.ts";
import { readPackets } from "./read-packets.ts";
import { shareSecrets } from "./share-secrets.ts";

/** What a client asks of a round; an invitation to less is refused. */
export interface ClientRequirements {
  readonly corruptedShare: number;
  readonly securityBits: number;
  /** The fewest clients in a sum with its update, its own included; by default 2. Of a sparse graph it sees only who is invited. */
  readonly minimumClients?: number | undefined;
}

/** A masked vector, and how much of the update did not fit the range. */
export interface MaskedUpdate {
  readonly message: MaskedInput;
  readonly clippedCount: number;
}

/**
 * Every method takes one message of the server and answers with the client's, or with a refusal: protocol.malformed-message,
 * secure-aggregation.wrong-phase and .wrong-session change nothing; .unsafe-request, .invalid-key, .invalid-coding and
 * .too-few-clients end the client's part and wipe its secrets.
 *
 * @example
 * const client = new SecureAggregationClient("client-7");
 * const keys = client.join(invitation); // { accepted: true, value: { encryptionKey, maskingKey, ... } }
 */
export class SecureAggregationClient {
  readonly #clientId: string;
  readonly #requirements: ClientRequirements;
  #state: ClientState = { phase: "new" };

  constructor(clientId: string, requirements: ClientRequirements = { corruptedShare: 0, securityBits: 40 }) {
    this.#clientId = clientId;
    this.#requirements = requirements;
  }

  get phase(): ClientState["phase"] {
    return this.#state.phase;
  }

  /** Advertise keys. Fresh ones: a client serves one round only. */
  join(input: unknown): Parsed<Keys> {
    if (this.#state.phase !== "new") return this.#wrongPhase("an invitation");
    const parsed = parseMessage(invitationSchema, input, "invitation");
    if (!parsed.accepted) return parsed;
    const invitation = parsed.value;
    const { corruptedShare, securityBits } = this.#requirements;
    const { assumptions } = invitation;
    if (assumptions.corruptedShare < corruptedShare || assumptions.securityBits < securityBits) {
      return this.#end(
        "secure-aggregation.unsafe-request",
        `The round holds against a share of ${assumptions.corruptedShare} corrupted clients with ` +
          `${assumptions.securityBits} bits; this client asks for ${corruptedShare} and ${securityBits}.`,
      );
    }
    const coding = checkCoding(invitation.coding);
    if (!coding.accepted) return this.#end("secure-aggregation.invalid-coding", coding.reason);
    const own = { clientId: this.#clientId, invitation, encryption: generateKeyPair(), masking: generateKeyPair() };
    this.#state = { phase: "joined", own };
    const keys = { encryptionKey: own.encryption.publicKey, maskingKey: own.masking.publicKey };
    return { accepted: true, value: { ...headerOf(invitation.sessionId), ...keys } };
  }

  /** Share keys: splits the seed of the client's own mask and its masking key among its neighbours. */
  async share(input: unknown): Promise<Parsed<Shares>> {
    const state = this.#state;
    if (state.phase !== "joined") return this.#wrongPhase("a roster");
    const parsed = this.#parse(rosterSchema, input, { what: "roster", state });
    if (!parsed.accepted) return parsed;
    const danger = rosterDanger(parsed.value, state.own);
    if (danger) return this.#end("secure-aggregation.unsafe-request", `The roster is refused: ${danger}.`);
    const { clientCount, threshold, neighbours } = parsed.value;
    const { minimumClients = 2 } = this.#requirements;
    if (clientCount < minimumClients) {
      const reason = `${counted(clientCount, "client takes", "clients take")} part; this client asks for ${minimumClients}.`;
      return this.#end("secure-aggregation.too-few-clients", reason);
    }
    const { own } = state;
    const sharing = { phase: "sharing", own, seed: randomKey() } as const;
    this.#state = sharing;
    const shared = await shareSecrets(sharing.seed, parsed.value, own);
    if (this.#state !== sharing) return this.#wrongPhase("a roster");
    if (typeof shared === "string") {
      return this.#end("secure-aggregation.invalid-key", `No secret can be agreed on with the key of "${shared}".`);
    }
    const seesAll = neighbours.length === clientCount - 1;
    const fewestNeighbours = seesAll ? Math.max(threshold, minimumClients - 1) : threshold;
    this.#state = { ...sharing, phase: "shared", fewestNeighbours, neighbours: shared.neighbours };
    return { accepted: true, value: shared.message };
  }

  /** Takes the neighbours' shares and says which of them it cannot read. */
  confirm(input: unknown): Parsed<Confirmation> {
    const state = this.#state;
    if (state.phase !== "shared") return this.#wrongPhase("packets");
    const parsed = this.#parse(packetsSchema, input, { what: "packets", state });
    if (!parsed.accepted) return parsed;
    const { packets } = parsed.value;
    if (
      !areDistinctNeighbours(
        packets.map(({ from }) => from),
        state,
      )
    ) {
      return this.#end("secure-aggregation.unsafe-request", "The packets are not of different neighbours.");
    }
    if (packets.length < state.fewestNeighbours)
      return this.#tooFew(counted(packets.length, "neighbour has shared", "neighbours have shared"), state);
    const held = readPackets(packets, state);
    this.#state = { ...state, phase: "confirmed", held };
    const unreadable = [...held].flatMap(([clientId, pair]) => (pair ? [] : [clientId]));
    return { accepted: true, value: { ...headerOf(state.own.invitation.sessionId), unreadable } };
  }

  /**
   * Masked input. O(model) of memory; seconds grow with model x neighbours.
   *
   * @throws {ProbSelectError} of `encodeUpdate`; and secure-aggregation.wrong-length as a refusal for another model's update.
   */
  mask(input: unknown, update: TrainedUpdate): Parsed<MaskedUpdate> {
    const state = this.#state;
    if (state.phase !== "confirmed") return this.#wrongPhase("a request for the masked input");
    const parsed = this.#parse(maskRequestSchema, input, { what: "mask request", state });
    if (!parsed.accepted) return parsed;
    const { peers } = parsed.value;
    if (new Set(peers).size < peers.length || !peers.every((peer) => state.held.has(peer))) {
      return this.#end("secure-aggregation.unsafe-request", "The peers are not different neighbours that have shared.");
    }
    if (peers.length < state.fewestNeighbours)
      return this.#tooFew(counted(peers.length, "neighbour is left", "neighbours are left"), state);
    const { invitation, masking } = state.own;
    const { length } = update.parameters.values;
    if (length !== invitation.parameterCount) {
      const reason = `The update has ${length} parameters, the round ${invitation.parameterCount}.`;
      return refuse("secure-aggregation.wrong-length", reason);
    }
    const { vector, clippedCount } = encodeUpdate(update, invitation.coding);
    const { sessionId } = invitation;
    for (const peer of peers) {
      const pair = { self: this.#clientId, peer };
      const maskingKey = state.neighbours.get(peer)?.maskingKey as Uint8Array;
      const key = pairMaskKey(masking.privateKey, maskingKey, sessionId, pair);
      if (!key) return this.#end("secure-aggregation.invalid-key", `No secret can be agreed on with "${peer}".`);
      addMask(vector, key, pairSign(pair));
    }
    addMask(vector, selfMaskKey(state.seed, sessionId, this.#clientId), 1);
    this.#state = { ...state, phase: "masked", peers };
    return { accepted: true, value: { message: { ...headerOf(sessionId), vector: bytesOf(vector) }, clippedCount } };
  }

  /** Unmask: once, and of each neighbour one kind of share only. The client's part is over then. */
  unmask(input: unknown): Parsed<Unmask> {
    const state = this.#state;
    if (state.phase !== "masked") return this.#wrongPhase("a request for shares");
    const parsed = this.#parse(unmaskRequestSchema, input, { what: "unmask request", state });
    if (!parsed.accepted) return parsed;
    const danger = unmaskDanger(parsed.value, state);
    if (danger) return this.#end("secure-aggregation.unsafe-request", `The shares are not given away: ${danger}.`);
    const { survivors, dropped } = parsed.value;
    if (survivors.length < state.fewestNeighbours)
      return this.#tooFew(counted(survivors.length, "neighbour survived", "neighbours survived"), state);
    const reveal = (owners: readonly string[], kind: "seedShare" | "keyShare") =>
      owners.flatMap((of) => {
        const pair = state.held.get(of);
        return pair ? [{ of, share: Uint8Array.from(pair[kind]) }] : [];
      });
    const value = {
      ...headerOf(state.own.invitation.sessionId),
      seedShares: reveal(survivors, "seedShare"),
      keyShares: reveal(dropped, "keyShare"),
    };
    this.abandon();
    return { accepted: true, value };
  }

  /** Ends the client's part and wipes its secrets. */
  abandon(): void {
    forget(this.#state);
    this.#state = { phase: "ended" };
  }

  #parse<Schema extends z.ZodType<{ readonly sessionId: Uint8Array }>>(
    schema: Schema,
    input: unknown,
    { what, state }: { readonly what: string; readonly state: Joined | Omit<Shared, "phase"> },
  ): Parsed<z.infer<Schema>> {
    const parsed = parseMessage(schema, input, what);
    if (!parsed.accepted || areEqual(parsed.value.sessionId, state.own.invitation.sessionId)) return parsed;
    return refuse("secure-aggregation.wrong-session", `The ${what} is of another session.`);
  }

  #wrongPhase(what: string): Refusal {
    return refuse("secure-aggregation.wrong-phase", `A client that is "${this.#state.phase}" takes no ${what}.`);
  }

  #tooFew(what: string, { fewestNeighbours }: Omit<Shared, "phase">): Refusal {
    return this.#end("secure-aggregation.too-few-clients", `Only ${what}; ${fewestNeighbours} are needed.`);
  }

  #end(code: ErrorCode, reason: string): Refusal {
    this.abandon();
    return refuse(code, reason);
  }
}

function areDistinctNeighbours(ids: readonly string[], { neighbours }: Shared): boolean {
  return new Set(ids).size === ids.length && ids.every((id) => neighbours.has(id));
}

/** Both secrets of one client would show its update; a client that was left out is one that both sides could lie about. */
function unmaskDanger({ survivors, dropped }: UnmaskRequest, { peers }: Masked): string | undefined {
  const asked = [...survivors, ...dropped];
  const twice = asked.find((clientId, index) => asked.indexOf(clientId) !== index);
  if (twice !== undefined) return `"${twice}" is asked for twice, which could give both of its secrets away`;
  const stranger = asked.find((clientId) => !peers.includes(clientId));
  if (stranger !== undefined) return `"${stranger}" is none of the clients that were masked with`;
  if (asked.length < peers.length) return "not every client that was masked with is a survivor or dropped";
  return undefined;
}
