// Plays secure rounds between real client and server machines; every control message goes through the codec of the wire.

import { SecureAggregationClient } from "../../../client/secure-aggregation/secure-client.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import type { Parsed } from "../../../protocol/parse-message.ts";
import { encodeUpdate } from "../../../protocol/secure-aggregation/fixed-point.ts";
import type { Assumptions } from "../../../protocol/secure-aggregation/messages.ts";
import { decodePacket, encodePacket } from "../../../protocol/socket-parser.ts";
import type { PhaseEnd } from "../../../server/secure-aggregation/phase-end.ts";
import { type SecureOutcome, SecureRound } from "../../../server/secure-aggregation/secure-round.ts";

export const assumptions: Assumptions = {
  ...{ dropoutShare: 0.2, corruptedShare: 0.1, server: "equivocating", securityBits: 40, correctnessBits: 20 },
};
export const coding = { updateRange: 0.5, maximumWeight: 1000 };
/** All pairs and threshold 2 of 5: of six clients three may go. */
export const tolerant: Assumptions = { ...assumptions, server: "honest" };

export const phases = ["keys", "shares", "confirmations", "masked-inputs", "unmasking"] as const;
export type Phase = (typeof phases)[number];

export interface Participant {
  readonly clientId: string;
  readonly exampleCount: number;
  readonly update: readonly number[];
  /** The first phase in which it says nothing any more. */
  readonly leavesAt?: Phase | undefined;
}

export const layoutOf = (length: number) => [{ name: "kernel", shape: [length] }];
export const parameterSet = (values: readonly number[]): ParameterSet =>
  createParameterSet(layoutOf(values.length), Float32Array.from(values));

/** A message as it comes out of a socket at the other end. */
export function throughWire<Message>(message: Message): unknown {
  const { data } = decodePacket(encodePacket({ type: 2, nsp: "/", data: ["message", message] }));
  return Array.isArray(data) ? data[1] : undefined;
}

/** The value, or an error that shows the refusal. */
export function accepted<Value>(parsed: Parsed<Value>): Value {
  if (parsed.accepted) return parsed.value;
  throw new Error(`${parsed.code}: ${parsed.reason}`);
}

/** The messages, or an error that shows why the round failed. */
export function continued<Message>(end: PhaseEnd<Message>): ReadonlyMap<string, Message> {
  if (end.status === "continues") return end.messages;
  throw new Error(`${end.code}: ${end.reason}`);
}

/** A round at whatever phase it is: `play` goes on to the next one or says how it failed. */
export class PlayedRound {
  readonly server: SecureRound;
  readonly globalParameters: ParameterSet;
  readonly clients: ReadonlyMap<string, SecureAggregationClient>;
  readonly #participants: readonly Participant[];

  constructor(participants: readonly Participant[], globalValues: readonly number[], assumed = assumptions) {
    this.#participants = participants;
    this.globalParameters = parameterSet(globalValues);
    const clientIds = participants.map(({ clientId }) => clientId);
    const parameterCount = globalValues.length;
    this.server = new SecureRound({ clientIds, parameterCount, assumptions: assumed, coding });
    this.clients = new Map(clientIds.map((clientId) => [clientId, new SecureAggregationClient(clientId)]));
  }

  client(clientId: string): SecureAggregationClient {
    return this.clients.get(clientId) as SecureAggregationClient;
  }

  updateOf(clientId: string) {
    const { update, exampleCount } = this.#participants.find((one) => one.clientId === clientId) as Participant;
    const values = update.map((value, index) => (this.globalParameters.values[index] as number) + value);
    return { globalParameters: this.globalParameters, parameters: parameterSet(values), exampleCount };
  }

  staysIn(phase: Phase): readonly string[] {
    const isThere = ({ leavesAt }: Participant) =>
      leavesAt === undefined || phases.indexOf(leavesAt) > phases.indexOf(phase);
    return this.#participants.filter(isThere).map(({ clientId }) => clientId);
  }

  keys() {
    const invitation = this.server.invitation();
    for (const id of this.staysIn("keys")) {
      this.server.keys(id, throughWire(accepted(this.client(id).join(throughWire(invitation)))));
    }
    return this.server.closeKeys();
  }

  async shares(rosters: ReadonlyMap<string, unknown>) {
    for (const id of this.staysIn("shares")) {
      this.server.shares(id, throughWire(accepted(await this.client(id).share(throughWire(rosters.get(id))))));
    }
    return this.server.closeShares();
  }

  confirmations(packets: ReadonlyMap<string, unknown>) {
    for (const id of this.staysIn("confirmations").filter((one) => packets.has(one))) {
      this.server.confirmation(id, throughWire(accepted(this.client(id).confirm(throughWire(packets.get(id))))));
    }
    return this.server.closeConfirmations();
  }

  maskedInputs(requests: ReadonlyMap<string, unknown>) {
    for (const id of this.staysIn("masked-inputs").filter((one) => requests.has(one))) {
      const { message } = accepted(this.client(id).mask(throughWire(requests.get(id)), this.updateOf(id)));
      this.server.maskedInput(id, throughWire(message));
    }
    return this.server.closeMaskedInputs();
  }

  async unmask(requests: ReadonlyMap<string, unknown>): Promise<SecureOutcome> {
    for (const id of this.staysIn("unmasking").filter((one) => requests.has(one))) {
      this.server.unmask(id, throughWire(accepted(this.client(id).unmask(throughWire(requests.get(id))))));
    }
    return this.server.finish(this.globalParameters);
  }

  /** All phases, one after the other; the first failure ends it. */
  async play(): Promise<SecureOutcome> {
    const rosters = this.keys();
    if (rosters.status === "failed") return rosters;
    const packets = await this.shares(rosters.messages);
    if (packets.status === "failed") return packets;
    const maskRequests = this.confirmations(packets.messages);
    if (maskRequests.status === "failed") return maskRequests;
    const unmaskRequests = this.maskedInputs(maskRequests.messages);
    return unmaskRequests.status === "failed" ? unmaskRequests : this.unmask(unmaskRequests.messages);
  }

  /** The sum that a server without masks would have: the participants' vectors modulo 2^32. */
  plainSum(clientIds: readonly string[]): Uint32Array {
    const all = { ...coding, maximumClients: this.#participants.length };
    const sum = new Uint32Array(this.globalParameters.values.length + 1);
    for (const clientId of clientIds) {
      const { vector } = encodeUpdate(this.updateOf(clientId), all);
      for (const [index, word] of vector.entries()) sum[index] = (sum[index] as number) + word;
    }
    return sum;
  }
}

/** Clients "c00", "c01", ... whose updates differ. */
export function someParticipants(count: number, leavesAt: Readonly<Record<number, Phase>> = {}): Participant[] {
  return Array.from({ length: count }, (_, index) => ({
    clientId: `c${String(index).padStart(2, "0")}`,
    exampleCount: 10 + 7 * index,
    update: [0.01 * index, -0.02 * index, 0.3, -0.49],
    leavesAt: leavesAt[index],
  }));
}
