// The server of one secure round, as a state machine without a socket or a clock: it takes the clients' messages and, when the
// caller closes a phase, says what to send to whom. No phase waits for anybody. Bonawitz et al. 2017, "Practical Secure Aggregation
// for Privacy-Preserving Machine Learning", figure 4 (server), over the neighbourhoods of Bell et al. 2020.

import { counted } from "../../foundation/counted.ts";
import { type ErrorCode, ProbSelectError } from "../../foundation/errors.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import type { Reply } from "../../protocol/messages.ts";
import { checkCoding, decodeMean } from "../../protocol/secure-aggregation/fixed-point.ts";
import type { GraphParameters } from "../../protocol/secure-aggregation/graph-parameters.ts";
import { randomKey } from "../../protocol/secure-aggregation/key-agreement.ts";
import * as wire from "../../protocol/secure-aggregation/messages.ts";
import { commitToGraph } from "../../protocol/secure-aggregation/neighbour-graph.ts";
import { nameOfKey, refusalOfKeys, refusalOfPackets, refusalOfUnmask } from "./check-answers.ts";
import { receive, refuseStranger, type SecurePhase } from "./inbox.ts";
import { addVector, revealedShares, unmaskRequests } from "./masked-sum.ts";
import { Members } from "./members.ts";
import { formNeighbourhoods } from "./neighbourhoods.ts";
import { failRound, type PhaseEnd, type SecureFailure } from "./phase-end.ts";
import { removeMasks } from "./remove-masks.ts";

export interface SecureRoundOptions {
  /** Who is invited. */
  readonly clientIds: readonly string[];
  readonly parameterCount: number;
  readonly assumptions: wire.Assumptions;
  readonly coding: Omit<wire.FixedPointCoding, "maximumClients">;
}

export type SecureOutcome =
  | {
      readonly status: "aggregated";
      /** The global model with the weighted mean of the updates on it. */
      readonly parameters: ParameterSet;
      /** Sum of the contributors' weights. */
      readonly weight: number;
      /** The integers behind it: one word a parameter, the weight at the end. */
      readonly sum: Uint32Array;
      /** Whose updates are in it. */
      readonly contributors: readonly string[];
    }
  | SecureFailure;

/** A round whose neighbourhoods stand. */
interface Formed {
  readonly parameters: GraphParameters;
  readonly neighbours: ReadonlyMap<string, readonly string[]>;
  readonly members: Members;
}

/**
 * Phases in their order: `keys`, `shares`, `confirmation`, `maskedInput` and `unmask` take one message of one client each and say
 * whether it was accepted; the `close...` between them end a phase with whoever has answered. A refused message changes nothing. A
 * round that has failed stays so. Memory: one vector of the model's size, and O(neighbours) a client.
 *
 * Nothing of it outlives the process: after a restart a round begins anew, with keys and masks of its own.
 *
 * The `close...` and `finish` throw secure-aggregation.wrong-phase if they are called out of their order.
 */
export class SecureRound {
  readonly #options: SecureRoundOptions;
  readonly #coding: wire.FixedPointCoding;
  readonly #sessionId = randomKey();
  readonly #graphSeed = randomKey();
  readonly #invited: ReadonlySet<string>;
  readonly #keys = new Map<string, wire.Keys>();
  readonly #takenKeys = new Set<string>();
  readonly #shares = new Map<string, wire.Shares>();
  readonly #survivors = new Set<string>();
  readonly #answers = new Map<string, wire.Unmask>();
  #phase: SecurePhase = "keys";
  #formed: Formed | undefined;
  #requests: ReadonlyMap<string, wire.UnmaskRequest> = new Map();
  #sum = new Uint32Array();

  /** @throws {ProbSelectError} secure-aggregation.invalid-coding, if a sum of so many clients does not fit. */
  constructor(options: SecureRoundOptions) {
    this.#options = options;
    this.#invited = new Set(options.clientIds);
    this.#coding = { ...options.coding, maximumClients: Math.max(2, this.#invited.size) };
    const coding = checkCoding(this.#coding);
    if (!coding.accepted) throw new ProbSelectError("secure-aggregation.invalid-coding", coding.reason);
  }

  get phase(): SecurePhase {
    return this.#phase;
  }

  /** The same for everybody. */
  invitation(): wire.Invitation {
    const { assumptions, parameterCount } = this.#options;
    const graphCommitment = commitToGraph(this.#graphSeed, this.#sessionId);
    const round = { assumptions, parameterCount, coding: this.#coding };
    return { ...wire.headerOf(this.#sessionId), graphCommitment, ...round };
  }

  keys(clientId: string, input: unknown): Reply {
    const parsed = receive(wire.keysSchema, input, this.#door("keys", clientId, this.#keys));
    if (!parsed.accepted) return parsed;
    const refusal = refusalOfKeys(parsed.value, this.#takenKeys);
    if (refusal) return refusal;
    this.#takenKeys.add(nameOfKey(parsed.value.encryptionKey)).add(nameOfKey(parsed.value.maskingKey));
    return accept(() => this.#keys.set(clientId, parsed.value));
  }

  closeKeys(): PhaseEnd<wire.Roster> {
    this.#leave("keys", "shares");
    const graph = { sessionId: this.#sessionId, graphSeed: this.#graphSeed, assumptions: this.#options.assumptions };
    const formed = formNeighbourhoods(this.#keys, graph);
    if (!formed.accepted) return this.#fail("secure-aggregation.unsuitable-cohort", formed.reason);
    const { parameters, neighbours, rosters } = formed.value;
    this.#formed = { parameters, neighbours, members: new Members(neighbours, parameters.threshold) };
    return { status: "continues", messages: rosters };
  }

  shares(clientId: string, input: unknown): Reply {
    const parsed = receive(wire.sharesSchema, input, this.#door("shares", clientId, this.#shares));
    if (!parsed.accepted) return parsed;
    const refusal = refusalOfPackets(parsed.value, this.#round.members.neighboursOf(clientId));
    return refusal ?? accept(() => this.#shares.set(clientId, parsed.value));
  }

  closeShares(): PhaseEnd<wire.Packets> {
    this.#leave("shares", "confirmations");
    return this.#keep(new Set(this.#shares.keys()), (holder) => ({
      ...wire.headerOf(this.#sessionId),
      packets: this.#round.members.nextTo(holder).flatMap((from) => {
        const packets = this.#shares.get(from)?.packets ?? [];
        return packets.flatMap(({ to, ...sealed }) => (to === holder ? [{ from, ...sealed }] : []));
      }),
    }));
  }

  confirmation(clientId: string, input: unknown): Reply {
    const confirmed = this.#formed?.members.unreadable ?? new Map();
    const parsed = receive(wire.confirmationSchema, input, this.#door("confirmations", clientId, confirmed));
    if (!parsed.accepted) return parsed;
    const { unreadable } = parsed.value;
    const owners = this.#round.members.nextTo(clientId);
    const stranger = unreadable.find((owner) => !owners.includes(owner));
    return stranger === undefined
      ? accept(() => confirmed.set(clientId, new Set(unreadable)))
      : refuseStranger(stranger);
  }

  closeConfirmations(): PhaseEnd<wire.MaskRequest> {
    this.#leave("confirmations", "masked-inputs");
    const { members } = this.#round;
    this.#sum = new Uint32Array(this.#options.parameterCount + 1);
    return this.#keep(new Set(members.unreadable.keys()), (clientId) => ({
      ...wire.headerOf(this.#sessionId),
      peers: [...members.nextTo(clientId)],
    }));
  }

  /** Adds the vector to the sum; it is not kept. */
  maskedInput(clientId: string, input: unknown): Reply {
    const parsed = receive(wire.maskedInputSchema, input, this.#door("masked-inputs", clientId, this.#survivors));
    if (!parsed.accepted) return parsed;
    return addVector(this.#sum, parsed.value.vector) ?? accept(() => this.#survivors.add(clientId));
  }

  closeMaskedInputs(): PhaseEnd<wire.UnmaskRequest> {
    this.#leave("masked-inputs", "unmasking");
    const { members, parameters } = this.#round;
    if (this.#survivors.size < parameters.minimumClients) return this.#tooFew(this.#survivors.size);
    const lost = members.lostAmong(this.#survivors);
    if (lost) {
      const reason = `${counted(lost.holders, "client is left that holds", "clients are left that hold")} shares of "${lost.clientId}"; ${parameters.threshold} are needed.`;
      return this.#fail("secure-aggregation.too-few-shares", reason);
    }
    this.#requests = unmaskRequests(this.#sessionId, members, this.#survivors);
    return { status: "continues", messages: this.#requests };
  }

  unmask(clientId: string, input: unknown): Reply {
    const parsed = receive(wire.unmaskSchema, input, this.#door("unmasking", clientId, this.#answers));
    if (!parsed.accepted) return parsed;
    const request = this.#requests.get(clientId);
    if (!request) return refuseStranger(clientId);
    const unreadable = this.#round.members.unreadable.get(clientId) ?? new Set();
    const given = { request, unreadable, shares: this.#shares };
    const refusal = refusalOfUnmask(parsed.value, { sessionId: this.#sessionId, holder: clientId, ...given });
    return refusal ?? accept(() => this.#answers.set(clientId, parsed.value));
  }

  /** Whether every mask can be taken out already: `finish` need not wait for further answers. */
  get canFinish(): boolean {
    if (this.#phase !== "unmasking") return false;
    const { members, parameters } = this.#round;
    const revealed = revealedShares(this.#answers.values());
    return [...members.ids].every((clientId) => (revealed.get(clientId)?.length ?? 0) >= parameters.threshold);
  }

  /** Takes the masks out of the sum. @param globalParameters the model that the clients trained from. */
  async finish(globalParameters: ParameterSet): Promise<SecureOutcome> {
    this.#leave("unmasking", "over");
    const { members, parameters, neighbours } = this.#round;
    const [sum, survivors] = [this.#sum, this.#survivors];
    const failure = await removeMasks({
      ...{ sessionId: this.#sessionId, threshold: parameters.threshold, sum, survivors, neighbours },
      ...{ keys: this.#keys, shares: this.#shares, revealed: revealedShares(this.#answers.values()) },
      dropped: [...members.ids].filter((clientId) => !survivors.has(clientId)),
    });
    if (failure) return failure;
    const decoded = decodeMean(sum, globalParameters, survivors.size, this.#coding);
    if (!decoded.accepted) return failRound("secure-aggregation.implausible-sum", decoded.reason);
    return { status: "aggregated", ...decoded.value, sum, contributors: [...survivors] };
  }

  #door(belongsTo: SecurePhase, clientId: string, answered: { has(clientId: string): boolean }) {
    const members = this.#formed?.members.ids ?? this.#invited;
    return { belongsTo, phase: this.#phase, sessionId: this.#sessionId, clientId, members, answered };
  }

  get #round(): Formed {
    if (this.#formed) return this.#formed;
    throw outOfOrder(`The neighbourhoods do not stand in the phase "${this.#phase}".`);
  }

  #leave(phase: SecurePhase, next: SecurePhase): void {
    if (this.#phase !== phase) throw outOfOrder(`The phase "${phase}" cannot end in the phase "${this.#phase}".`);
    this.#phase = next;
  }

  /** Goes on with those that have answered, if they are enough. */
  #keep<Message>(answered: ReadonlySet<string>, messageFor: (clientId: string) => Message): PhaseEnd<Message> {
    const { members, parameters } = this.#round;
    const left = members.keep(answered);
    if (left < parameters.minimumClients) return this.#tooFew(left);
    return { status: "continues", messages: new Map([...members.ids].map((id) => [id, messageFor(id)])) };
  }

  #tooFew(left: number): SecureFailure {
    const { minimumClients } = this.#round.parameters;
    const reason = `${counted(left, "client is", "clients are")} left; the round needs ${minimumClients} to stay private.`;
    return this.#fail("secure-aggregation.too-few-clients", reason);
  }

  #fail(code: ErrorCode, reason: string): SecureFailure {
    this.#phase = "over";
    return failRound(code, reason);
  }
}

function accept(record: () => unknown): Reply {
  record();
  return { accepted: true };
}

const outOfOrder = (reason: string) => new ProbSelectError("secure-aggregation.wrong-phase", reason);
