// One secure round in one process, with the bytes and the processor seconds of each side. Seconds are those of the processor, all
// threads together, so that a busy machine does not change them much.

import { SecureAggregationClient } from "../../client/secure-aggregation/secure-client.ts";
import { createParameterSet } from "../../models/parameter-set.ts";
import type { Parsed } from "../../protocol/parse-message.ts";
import type { Assumptions } from "../../protocol/secure-aggregation/messages.ts";
import { encodePacket } from "../../protocol/socket-parser.ts";
import type { PhaseEnd } from "../../server/secure-aggregation/phase-end.ts";
import { SecureRound } from "../../server/secure-aggregation/secure-round.ts";

export interface RoundSize {
  readonly clients: number;
  readonly parameterCount: number;
  /** Clients that are measured to the end; if they are fewer than all, the server's unmasking is not measured. */
  readonly maskingClients: number;
  /** Clients that leave after they have confirmed; of those that mask. */
  readonly dropped: number;
  readonly assumptions: Assumptions;
}

export interface RoundCosts {
  readonly degree: number;
  readonly threshold: number;
  /** A client's, without the vector. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly vectorBytes: number;
  /** A client's processor seconds before and for its masked input. */
  readonly keySeconds: number;
  readonly maskSeconds: number;
  /** The server's: to add one vector, and to take the masks out of the sum. */
  readonly addSeconds: number;
  readonly unmaskSeconds: number | null;
}

const coding = { updateRange: 0.1, maximumWeight: 1000 };

/** @throws if anybody refuses anything. */
export async function measureRound(size: RoundSize): Promise<RoundCosts> {
  const clientIds = Array.from({ length: size.clients }, (_, index) => `client-${String(index).padStart(5, "0")}`);
  const { parameterCount, assumptions } = size;
  const server = new SecureRound({ clientIds, parameterCount, assumptions, coding });
  const clients = new Map(clientIds.map((clientId) => [clientId, new SecureAggregationClient(clientId)]));
  const client = (clientId: string) => clients.get(clientId) as SecureAggregationClient;
  const [keys, masks, adds, unmasks] = [new Stopwatch(), new Stopwatch(), new Stopwatch(), new Stopwatch()];
  const traffic = { sent: 0, received: 0 };
  const sent = <Message>(message: Message) => {
    traffic.sent += packetBytes(message);
    return message;
  };
  const received = <Message>(message: Message) => {
    traffic.received += packetBytes(message);
    return message;
  };

  const invitation = server.invitation();
  for (const id of clientIds)
    server.keys(id, sent(await keys.time(() => value(client(id).join(received(invitation))))));
  const rosters = messages(server.closeKeys());
  for (const [id, roster] of rosters) {
    server.shares(id, sent(await keys.time(async () => value(await client(id).share(received(roster))))));
  }
  for (const [id, packets] of messages(server.closeShares())) {
    server.confirmation(id, sent(await keys.time(() => value(client(id).confirm(received(packets))))));
  }
  const requests = [...messages(server.closeConfirmations())].slice(0, size.maskingClients);
  const globalParameters = createParameterSet([{ name: "kernel", shape: [parameterCount] }]);
  const values = Float32Array.from({ length: parameterCount }, (_, index) => ((index % 200) - 100) / 1001);
  const parameters = createParameterSet(globalParameters.tensors, values);
  const update = { globalParameters, parameters, exampleCount: 100 };
  for (const [id, request] of requests.slice(size.dropped)) {
    const masked = await masks.time(() => value(client(id).mask(received(request), update)));
    await adds.time(() => server.maskedInput(id, masked.message));
  }
  const isWhole = requests.length === clients.size;
  if (isWhole) {
    for (const [id, request] of messages(server.closeMaskedInputs())) {
      server.unmask(id, sent(value(client(id).unmask(received(request)))));
    }
    const outcome = await unmasks.time(() => server.finish(globalParameters));
    if (outcome.status === "failed") throw new Error(outcome.reason);
  }
  const { neighbours, threshold } = rosters.get(clientIds[0] ?? "") ?? { neighbours: [], threshold: 0 };
  return {
    ...{ degree: neighbours.length, threshold, vectorBytes: 4 * (parameterCount + 1) },
    sentBytes: traffic.sent / clients.size,
    receivedBytes: traffic.received / clients.size,
    keySeconds: keys.seconds / clients.size,
    maskSeconds: masks.seconds / masks.laps,
    addSeconds: adds.seconds / adds.laps,
    unmaskSeconds: isWhole ? unmasks.seconds : null,
  };
}

/** Adds up processor seconds. */
export class Stopwatch {
  seconds = 0;
  laps = 0;

  async time<Result>(action: () => Result | Promise<Result>): Promise<Result> {
    const before = process.cpuUsage();
    const result = await action();
    const { user, system } = process.cpuUsage(before);
    this.seconds += (user + system) / 1e6;
    this.laps++;
    return result;
  }
}

const packetBytes = (message: unknown) =>
  encodePacket({ type: 2, nsp: "/", data: ["secure-aggregation", message], id: 1 }).length;

function value<Value>(parsed: Parsed<Value>): Value {
  if (parsed.accepted) return parsed.value;
  throw new Error(parsed.reason);
}

function messages<Message>(end: PhaseEnd<Message>): ReadonlyMap<string, Message> {
  if (end.status === "continues") return end.messages;
  throw new Error(end.reason);
}
