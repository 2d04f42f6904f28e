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
 * time. A round that waits for all ends with the last update; if some never report, with the last update but not before the
 * deadline, when they are given up. Without any client a round lasts until its deadline.
 */
export function settleRound(
  selected: readonly SelectedClient[],
  roundEnd: RoundEnd,
  deadlineSeconds: number,
): SettledRound {
  const arrivals = selected
    .map((client): Arrival => ({ client, arrival: arrivalSeconds(client) }))
    .sort((a, b) => order(a.arrival, b.arrival) || a.client.client - b.client.client);
  const limit = roundEnd.kind === "all" ? Number.POSITIVE_INFINITY : deadlineSeconds;
  const finiteCount = countUntil(arrivals, (arrival) => arrival <= limit && arrival < Number.POSITIVE_INFINITY);
  const wanted = roundEnd.kind === "first" ? Math.max(1, roundEnd.updates) : Number.POSITIVE_INFINITY;
  const closes = finiteCount >= wanted ? (arrivals[wanted - 1] as Arrival).arrival : undefined;
  const seconds = closes ?? endOf(arrivals, finiteCount, limit, deadlineSeconds);
  const acceptedCount = Math.min(
    wanted,
    countUntil(arrivals, (arrival) => arrival <= seconds),
  );
  const clients = arrivals.map(({ client, arrival }, index): SettledClient => {
    if (index < acceptedCount) return accepted(client, arrival);
    const never = arrival === Number.POSITIVE_INFINITY;
    const isLost = never && (limit === Number.POSITIVE_INFINITY || isLostBy(client, seconds));
    return cutOff(client, isLost ? "lost" : closes === undefined ? "late" : "surplus", seconds);
  });
  return { seconds, clients };
}

interface Arrival {
  readonly client: SelectedClient;
  readonly arrival: number;
}

/** How many of the first arrivals are so; arrivals rise. */
function countUntil(arrivals: readonly Arrival[], isSo: (arrival: number) => boolean): number {
  const end = arrivals.findIndex(({ arrival }) => !isSo(arrival));
  return end === -1 ? arrivals.length : end;
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

function endOf(all: readonly Arrival[], finiteCount: number, limit: number, deadlineSeconds: number): number {
  const last = all[finiteCount - 1]?.arrival;
  if (all.length > 0 && finiteCount === all.length) return last ?? deadlineSeconds;
  // A round without a deadline gives up on who never reports when all others have; with nobody else, at the objective's deadline.
  return limit === Number.POSITIVE_INFINITY ? Math.max(last ?? 0, deadlineSeconds) : limit;
}

// Both name each field: copies by spreading were a fifth of the time of a whole run that asks hundreds of clients a round.

function accepted(
  { client, contactSeconds, duration, staysSeconds }: SelectedClient,
  latencySeconds: number,
): SettledClient {
  const { computeSeconds } = duration;
  return {
    client,
    contactSeconds,
    duration,
    staysSeconds,
    status: "completed",
    latencySeconds,
    computeSeconds,
    downloadShare: 1,
    uploadShare: 1,
  };
}

function cutOff(
  { client, contactSeconds, duration, staysSeconds }: SelectedClient,
  status: SimulatedStatus,
  latencySeconds: number,
): SettledClient {
  const { downloadSeconds, computeSeconds: wholeSeconds, uploadSeconds } = duration;
  const downloaded = Math.min(latencySeconds, staysSeconds) - contactSeconds;
  const computed = downloaded - downloadSeconds;
  const computeSeconds = clamp(computed, wholeSeconds);
  const downloadShare = shareOf(downloaded, downloadSeconds);
  const uploadShare = uploadSeconds === Number.POSITIVE_INFINITY ? 0 : shareOf(computed - wholeSeconds, uploadSeconds);
  return {
    client,
    contactSeconds,
    duration,
    staysSeconds,
    status,
    latencySeconds,
    computeSeconds,
    downloadShare,
    uploadShare,
  };
}

const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
const shareOf = (spent: number, whole: number) => (whole > 0 ? clamp(spent / whole, 1) : spent >= 0 ? 1 : 0);
/** Without NaN for two infinities. */
const order = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);
