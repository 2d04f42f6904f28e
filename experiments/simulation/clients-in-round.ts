// How long a round really takes the clients of a fleet: what the truth says of their work, their wait for contact and their stay.

import type { Truth } from "../../selection/policy/policy.ts";
import type { ClientWork } from "../../selection/types.ts";
import type { Workload } from "../../workloads/workload.ts";
import { arrivalSeconds, type SelectedClient } from "./settle-round.ts";
import type { Fleet, FleetTruth, Presence } from "./types.ts";

export interface TrueFleet {
  readonly fleet: Fleet;
  readonly truth: FleetTruth;
  readonly presence: Presence;
  readonly workload: Workload;
}

/** @param asked less than the whole of its examples in all epochs; undefined: the whole. */
export function clientInRound(
  { fleet, truth, presence, workload }: TrueFleet,
  client: number,
  round: { readonly round: number; readonly contactSeconds: number; readonly asked?: ClientWork | undefined },
): SelectedClient {
  const work = round.asked ?? {
    exampleCount: fleet.columns.exampleCounts[client] as number,
    epochs: workload.epochs,
  };
  return {
    client,
    contactSeconds: round.contactSeconds,
    duration: truth.durationOf(client, round.round, work),
    staysSeconds: presence.staysSeconds(client),
  };
}

/**
 * What the oracle knows: by slot, of those who are there; Infinity: its update never arrives.
 *
 * @param contactSeconds one for each of `present`; null: all can be reached now.
 */
export function truthOfRound(
  fleet: TrueFleet,
  round: number,
  { present, contactSeconds }: { readonly present: Uint32Array; readonly contactSeconds: Float64Array | null },
): Truth {
  const roundSeconds = new Float64Array(fleet.fleet.size).fill(Number.POSITIVE_INFINITY);
  for (let index = 0; index < present.length; index++) {
    const client = present[index] as number;
    const wait = contactSeconds?.[index] ?? 0;
    roundSeconds[client] = arrivalSeconds(clientInRound(fleet, client, { round, contactSeconds: wait }));
  }
  return { roundSeconds };
}

/** By slot: 1 if the client is still there after a round of that length, 0 if not, 255 for those who are not there. */
export function staysNextRound({ fleet, presence }: TrueFleet, present: Uint32Array, seconds: number): Uint8Array {
  const stays = new Uint8Array(fleet.size).fill(255);
  for (const client of present) stays[client] = presence.staysSeconds(client) > seconds ? 1 : 0;
  return stays;
}
