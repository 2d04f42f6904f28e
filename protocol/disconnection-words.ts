// Why a connection between an agent and its aggregator ended, in words for people. Events and journals keep socket.io's own reasons
// (its documentation, "disconnect" of server and client).

const ofAgent: Readonly<Record<string, string>> = {
  "transport close": "its connection broke",
  "transport error": "its connection broke",
  "ping timeout": "it gave no sign of life any more",
  "client namespace disconnect": "it left",
  "server namespace disconnect": "the aggregator closed its connection",
  "forced close": "the aggregator closed its connection",
  "forced server close": "the aggregator closed its connection",
  "server shutting down": "the aggregator stopped",
  "parse error": "it sent what is no message",
};

const ofAggregator: Readonly<Record<string, string>> = {
  "transport close": "the connection to the aggregator broke",
  "transport error": "the connection to the aggregator broke",
  "ping timeout": "the aggregator gave no sign of life any more",
  "io server disconnect": "the aggregator closed the connection",
  "io client disconnect": "the aggregator did not answer; the connection is opened again",
  "parse error": "the aggregator sent what is no message; the connection was closed",
};

/**
 * Why an agent is gone, as its aggregator says it.
 *
 * @returns the reason itself if socket.io does not give it.
 * @example disconnectionOfAgent("client namespace disconnect") // "it left"
 */
export function disconnectionOfAgent(reason: string): string {
  return (Object.hasOwn(ofAgent, reason) ? ofAgent[reason] : undefined) ?? reason;
}

/**
 * Why the aggregator is gone, as its agent says it.
 *
 * @example disconnectionOfAggregator("io server disconnect") // "the aggregator closed the connection"
 * @example disconnectionOfAggregator("the agent stopped") // "connection closed: the agent stopped"
 */
export function disconnectionOfAggregator(reason: string): string {
  return (Object.hasOwn(ofAggregator, reason) ? ofAggregator[reason] : undefined) ?? `connection closed: ${reason}`;
}
