// The neighbour graph of a round by the ids of its clients, and the rosters that tell each client its part of it.

import type { Parsed } from "../../protocol/parse-message.ts";
import { chooseGraphParameters, type GraphParameters } from "../../protocol/secure-aggregation/graph-parameters.ts";
import { type Assumptions, headerOf, type Keys, type Roster } from "../../protocol/secure-aggregation/messages.ts";
import { createNeighbourGraph } from "../../protocol/secure-aggregation/neighbour-graph.ts";

export interface Neighbourhoods {
  readonly parameters: GraphParameters;
  /** Client -> its neighbours. */
  readonly neighbours: ReadonlyMap<string, readonly string[]>;
  readonly rosters: ReadonlyMap<string, Roster>;
}

export interface NeighbourhoodOptions {
  readonly sessionId: Uint8Array;
  readonly graphSeed: Uint8Array;
  readonly assumptions: Assumptions;
}

/** @returns secure-aggregation.unsuitable-cohort if so many clients have no graph that protects them. */
export function formNeighbourhoods(
  keys: ReadonlyMap<string, Keys>,
  { sessionId, graphSeed, assumptions }: NeighbourhoodOptions,
): Parsed<Neighbourhoods> {
  // By code units, which is how a client compares its neighbours' ids too.
  const clients = [...keys].sort(([one], [other]) => (one < other ? -1 : 1));
  const parameters = chooseGraphParameters(clients.length, assumptions);
  if (!parameters.accepted) return parameters;
  const { degree, threshold } = parameters.value;
  const graph = createNeighbourGraph({ seed: graphSeed, sessionId, clientCount: clients.length, degree });
  const neighbours = new Map<string, readonly string[]>();
  const rosters = new Map<string, Roster>();
  for (const [position, [clientId]] of clients.entries()) {
    const known = graph.neighboursOf(position).map((place) => {
      const [id, { encryptionKey, maskingKey }] = clients[place] as [string, Keys];
      return { clientId: id, position: place, encryptionKey, maskingKey };
    });
    neighbours.set(
      clientId,
      known.map((neighbour) => neighbour.clientId),
    );
    const place = { graphSeed, clientCount: clients.length, position, threshold };
    rosters.set(clientId, { ...headerOf(sessionId), ...place, neighbours: known });
  }
  return { accepted: true, value: { parameters: parameters.value, neighbours, rosters } };
}

/**
 * The clients that can stay: whoever has at least `threshold` holders of its secrets among those that stay. One that leaves may
 * take others along.
 */
export function sustainable(
  clients: ReadonlySet<string>,
  holdersOf: (clientId: string) => readonly string[],
  threshold: number,
): ReadonlySet<string> {
  let staying = clients;
  for (;;) {
    const before = staying;
    staying = new Set(
      [...before].filter((clientId) => holdersOf(clientId).filter((holder) => before.has(holder)).length >= threshold),
    );
    if (staying.size === before.size) return staying;
  }
}
