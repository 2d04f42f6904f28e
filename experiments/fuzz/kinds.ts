// The kinds of inputs and how they alternate: the kind follows from the index alone, so that every batch has its share of each.

/** What an input is, and by the word before the dash whom it attacks. */
export const inputKinds = [
  /** A control message to the aggregator. */
  "message",
  /** Bytes on its websocket. */
  "frame",
  /** Bytes on its HTTP port. */
  "http",
  /** A request of the selection service. */
  "selection",
  /** An update with a right token and a matching SHA-256. */
  "update",
  /** The answer to `train`. */
  "train-answer",
  /** The answer to `cancel`. */
  "cancel-answer",
  /** A decoder that no socket reaches yet, called directly. */
  "decoder",
  /** A control message to an agent, or its aggregator's answer to one of the agent's. */
  "agent-message",
  /** Bytes on an agent's websocket. */
  "agent-frame",
  /** An answer to an agent's download or upload. */
  "agent-http",
] as const;

export type InputKind = (typeof inputKinds)[number];

/** Of 100 inputs in a row. */
const shares: Readonly<Record<InputKind, number>> = {
  message: 44,
  frame: 10,
  http: 14,
  selection: 8,
  update: 4,
  "train-answer": 1,
  "cancel-answer": 1,
  decoder: 10,
  "agent-message": 6,
  "agent-frame": 1,
  "agent-http": 1,
};

const cycle: readonly InputKind[] = inputKinds.flatMap((kind) => Array<InputKind>(shares[kind]).fill(kind));
/** Coprime to 100: neighbours of one kind in `cycle` come far apart. */
const STRIDE = 37;

export const kindOf = (index: number): InputKind => cycle[(index * STRIDE) % cycle.length] as InputKind;
