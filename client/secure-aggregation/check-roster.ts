// What a client checks of its neighbourhood before it shares a secret with it: that the graph is the one the server had committed
// itself to, that its threshold is what the assumptions ask for, and that every key is somebody's own.

import { chooseGraphParameters } from "../../protocol/secure-aggregation/graph-parameters.ts";
import type { KeyPair } from "../../protocol/secure-aggregation/key-agreement.ts";
import type { Invitation, Roster } from "../../protocol/secure-aggregation/messages.ts";
import { commitToGraph, createNeighbourGraph } from "../../protocol/secure-aggregation/neighbour-graph.ts";
import { areEqual } from "../../protocol/secure-aggregation/secret-shares.ts";

export interface OwnPlace {
  readonly clientId: string;
  readonly invitation: Invitation;
  readonly encryption: KeyPair;
  readonly masking: KeyPair;
}

/** Why a client must not take part with this roster, as a sentence; undefined if it may. */
export function rosterDanger(roster: Roster, own: OwnPlace): string | undefined {
  const { invitation } = own;
  const { sessionId, coding } = invitation;
  if (!areEqual(commitToGraph(roster.graphSeed, sessionId), invitation.graphCommitment)) {
    return "the seed of the neighbour graph is not the one that the server committed itself to";
  }
  if (roster.clientCount > coding.maximumClients) {
    return `${roster.clientCount} clients take part, but the coding is for ${coding.maximumClients}`;
  }
  const parameters = chooseGraphParameters(roster.clientCount, invitation.assumptions);
  if (!parameters.accepted) return parameters.reason;
  const { degree, threshold } = parameters.value;
  if (roster.threshold !== threshold) {
    return `the threshold is ${roster.threshold} shares; under the round's assumptions it is ${threshold}`;
  }
  return positionDanger(roster, degree) ?? identityDanger(roster, own);
}

function positionDanger({ graphSeed, sessionId, clientCount, position, neighbours }: Roster, degree: number) {
  if (position >= clientCount) return `position ${position} does not exist among ${clientCount} clients`;
  const graph = createNeighbourGraph({ seed: graphSeed, sessionId, clientCount, degree });
  const given = neighbours.map((neighbour) => neighbour.position).sort((one, other) => one - other);
  if (given.join() === graph.neighboursOf(position).join()) return undefined;
  return "the neighbours are not those of the graph that the server committed itself to";
}

function identityDanger({ neighbours, position }: Roster, { clientId, encryption, masking }: OwnPlace) {
  const everybody = [
    { clientId, position, encryptionKey: encryption.publicKey, maskingKey: masking.publicKey },
    ...neighbours,
  ].sort((one, other) => one.position - other.position);
  const isInOrder = everybody.every(
    (one, index) => index === 0 || (everybody[index - 1]?.clientId ?? "") < one.clientId,
  );
  if (!isInOrder) return "the clients are not in the order of their ids";
  const keys = everybody.flatMap(({ encryptionKey, maskingKey }) => [encryptionKey, maskingKey]);
  const distinct = new Set(keys.map((key) => Buffer.from(key).toString("hex")));
  return distinct.size < keys.length ? "two clients have the same public key" : undefined;
}
