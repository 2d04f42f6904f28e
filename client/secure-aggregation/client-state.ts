// What a client of secure aggregation knows, phase by phase: each phase adds to the one before.

import type { SharePair } from "../../protocol/secure-aggregation/share-box.ts";
import type { OwnPlace } from "./check-roster.ts";

/** What a client knows of a neighbour. */
export interface Neighbour {
  readonly maskingKey: Uint8Array;
  /** Of the packet that comes from it. */
  readonly inboundKey: Uint8Array;
}

export interface Joined {
  readonly phase: "joined";
  readonly own: OwnPlace;
}

/** While the shares are made. */
export interface Sharing {
  readonly phase: "sharing";
  readonly own: OwnPlace;
  readonly seed: Uint8Array;
}

export interface Shared {
  readonly phase: "shared";
  readonly own: OwnPlace;
  /** Of the client's own mask. */
  readonly seed: Uint8Array;
  /** With fewer of them left this client's part is over. */
  readonly fewestNeighbours: number;
  readonly neighbours: ReadonlyMap<string, Neighbour>;
}

export interface Confirmed extends Omit<Shared, "phase"> {
  readonly phase: "confirmed";
  /** Neighbours that have shared too: with the shares that this client holds of theirs, or undefined where it cannot read them. */
  readonly held: ReadonlyMap<string, SharePair | undefined>;
}

export interface Masked extends Omit<Confirmed, "phase"> {
  readonly phase: "masked";
  /** Whose masks are in the vector that was sent. */
  readonly peers: readonly string[];
}

export type ClientState = { readonly phase: "new" | "ended" } | Joined | Sharing | Shared | Confirmed | Masked;

/** Overwrites the secrets that a state holds; copies that the engine or the system made stay beyond reach. */
export function forget(state: ClientState): void {
  if (!("own" in state)) return;
  state.own.encryption.privateKey.fill(0);
  state.own.masking.privateKey.fill(0);
  if ("seed" in state) state.seed.fill(0);
  if ("neighbours" in state) for (const { inboundKey } of state.neighbours.values()) inboundKey.fill(0);
  if (!("held" in state)) return;
  for (const pair of state.held.values()) {
    pair?.seedShare.fill(0);
    pair?.keyShare.fill(0);
  }
}
