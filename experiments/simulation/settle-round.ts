// How a round ends on the virtual clock, once it is known how long each selected client takes: at its deadline, with its first
// updates, or when all have reported. The outcomes are those of the aggregator (server/rounds/), and so is what counts as waste.

import type { RoundEnd } from "../../selection/policy/policy.ts";
import type { TrueDuration } from "../replay/replay-policy.ts";

/** One selected client's round, as far as it is known before its end. */
export interface SelectedClient {
  readonly client: number;
  /** Until it can be reached. */
  readonly contactSeconds: number;
  readonly duration: TrueDuration;
  /** From dispatch until it goes away; Infinity: it stays. */
  readonly staysSeconds: number;
}

export type SimulatedStatus = "completed" | "late" | "surplus" | "lost";

export interface SettledClient extends SelectedClient {
  readonly status: SimulatedStatus;
  /** From dispatch to its update, or to the moment at which it was given up. */
  readonly latencySeconds: number;
  /** Seconds that it computed, at most those of its training. */
  readonly computeSeconds: number;
  /** Shares of the download and the upload that went through, 0..1. */
  readonly downloadShare: number;
  readonly uploadShare: number;
}

export interface SettledRound {
  readonly seconds: number;
  /** In the order in which updates arrive; who does not report comes last, by its number. */
  readonly clients: readonly SettledClient[];
}

/**
 * Settles the round. Who went away, or whose link was lost, is only known to be so at the round's end: until then it is waited for.
 * Who goes away after the round's end is late or surplus as anybody else. An update that arrives at the deadline to the second is in
 * time. A round that waits for all ends with the last who ever reports. Without any client a round lasts until its deadline.
 */
export function settleRound(
  selected: readonly SelectedClient[],
  roundEnd: RoundEnd,
  deadlineSeconds: number,
): SettledRound {
  const arrivals = selected
    .map((client) => ({ client, arrival: arrivalSeconds(client) }))
    .toSorted((a, b) => order(a.arrival, b.arrival) || a.client.client - b.client.client);
  const limit = roundEnd.kind === "all" ? Number.POSITIVE_INFINITY : deadlineSeconds;
  const inTime = arrivals.filter(({ arrival }) => arrival <= limit);
  const finite = inTime.filter(({ arrival }) => arrival < Number.POSITIVE_INFINITY);
  const wanted = roundEnd.kind === "first" ? Math.max(1, roundEnd.updates) : Number.POSITIVE_INFINITY;
  const closes = finite.length >= wanted ? (finite[wanted - 1]?.arrival as number) : undefined;
  const seconds = closes ?? endOf(arrivals, finite, limit, deadlineSeconds);
  let accepted = 0;
  const clients = arrivals.map(({ client, arrival }): SettledClient => {
    if (arrival <= seconds && accepted < wanted) {
      accepted += 1;
      const { computeSeconds } = client.duration;
      return {
        ...client,
        status: "completed",
        latencySeconds: arrival,
        computeSeconds,
        downloadShare: 1,
        uploadShare: 1,
      };
    }
    const never = arrival === Number.POSITIVE_INFINITY;
    const isLost = never && (limit === Number.POSITIVE_INFINITY || isLostBy(client, seconds));
    const status = isLost ? "lost" : closes === undefined ? "late" : "surplus";
    return { ...client, status, ...spentUntil(client, seconds) };
  });
  return { seconds, clients };
}

/** From dispatch until the client's update is there. Infinity: it goes away before it is through, or its link is lost. */
export function arrivalSeconds({ contactSeconds, duration, staysSeconds }: SelectedClient): number {
  const { downloadSeconds, computeSeconds, uploadSeconds } = duration;
  const arrival = contactSeconds + downloadSeconds + computeSeconds + uploadSeconds;
  return arrival <= staysSeconds ? arrival : Number.POSITIVE_INFINITY;
}

/** Of a client that never reports: whether that is because of what has happened by the round's end. */
function isLostBy({ duration, staysSeconds }: SelectedClient, endSeconds: number): boolean {
  return duration.uploadSeconds === Number.POSITIVE_INFINITY || staysSeconds < endSeconds;
}

function endOf(
  all: readonly { readonly arrival: number }[],
  finite: readonly { readonly arrival: number }[],
  limit: number,
  deadlineSeconds: number,
): number {
  const last = finite.at(-1)?.arrival;
  if (all.length > 0 && finite.length === all.length) return last ?? deadlineSeconds;
  // A round without a deadline gives up on who never reports when all others have; with nobody else, at the objective's deadline.
  return limit === Number.POSITIVE_INFINITY ? Math.max(last ?? 0, deadlineSeconds) : limit;
}

function spentUntil(
  { contactSeconds, duration, staysSeconds }: SelectedClient,
  endSeconds: number,
): Pick<SettledClient, "latencySeconds" | "computeSeconds" | "downloadShare" | "uploadShare"> {
  const until = Math.min(endSeconds, staysSeconds);
  const { downloadSeconds, computeSeconds, uploadSeconds } = duration;
  const downloaded = until - contactSeconds;
  const computed = downloaded - downloadSeconds;
  return {
    latencySeconds: endSeconds,
    computeSeconds: clamp(computed, computeSeconds),
    downloadShare: shareOf(downloaded, downloadSeconds),
    uploadShare: uploadSeconds === Number.POSITIVE_INFINITY ? 0 : shareOf(computed - computeSeconds, uploadSeconds),
  };
}

const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
const shareOf = (spent: number, whole: number) => (whole > 0 ? clamp(spent / whole, 1) : spent >= 0 ? 1 : 0);
/** Without NaN for two infinities. */
const order = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);
