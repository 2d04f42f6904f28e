// How many neighbours a client has and how many of them can give its secrets away, from what a round assumes of its clients.
// The three events are those of Bell et al. 2020, "Secure Single-Server Aggregation with (Poly)Logarithmic Overhead", section 3
// (too many corrupted neighbours, a graph that falls apart, too few surviving neighbours), each with a union bound over the
// clients. Against a server that tells clients different lists the threshold is higher than theirs: see `thresholdOf`.

import { type Parsed, refuse } from "../parse-message.ts";
import { log2TailAtLeast, log2TailBelow } from "./hypergeometric.ts";
import { MAXIMUM_NEIGHBOURS } from "./limits.ts";
import type { Assumptions } from "./messages.ts";

/** Up to so many clients all pairs cost little, and nothing is left to chance. */
const ALL_PAIRS_UP_TO = 32;

export interface GraphParameters {
  /** k: neighbours of each client, who hold the shares of its secrets. */
  readonly degree: number;
  /** t: shares that give a secret back. */
  readonly threshold: number;
  /** A phase that ends with fewer clients fails the round. */
  readonly minimumClients: number;
}

/** A cohort by numbers: clients, and how many of them may be corrupted or drop out. */
interface Cohort {
  readonly clients: number;
  readonly corrupted: number;
  readonly dropped: number;
}

/**
 * The smallest even degree that keeps the assumptions' bounds; all pairs for up to 32 clients, and where no smaller degree does.
 *
 * @returns code secure-aggregation.unsuitable-cohort if there is none: too few clients, too many dropouts, or a degree over 254.
 * @example chooseGraphParameters(10, {
 *   ...{ dropoutShare: 0.2, corruptedShare: 0.1, server: "equivocating", securityBits: 40, correctnessBits: 20 },
 * })
 * // all pairs, degree 9: 1 corrupted, so threshold floor((9 + 1) / 2) + 1 = 6, and at least 6 + 1 clients must stay
 */
export function chooseGraphParameters(clients: number, assumptions: Assumptions): Parsed<GraphParameters> {
  const cohort: Cohort = {
    clients,
    corrupted: Math.floor(assumptions.corruptedShare * clients),
    dropped: Math.floor(assumptions.dropoutShare * clients),
  };
  const found =
    clients <= ALL_PAIRS_UP_TO
      ? (allPairs(cohort, assumptions) ?? sparse(cohort, assumptions))
      : (sparse(cohort, assumptions) ?? allPairs(cohort, assumptions));
  if (found) return { accepted: true, value: found };
  return refuse(
    "secure-aggregation.unsuitable-cohort",
    `No neighbour graph keeps ${clients} clients private if ${cohort.corrupted} of them collude and ${cohort.dropped} drop ` +
      "out. Invite more clients, or assume fewer dropouts or corrupted clients.",
  );
}

function sparse(cohort: Cohort, assumptions: Assumptions): GraphParameters | undefined {
  const { clients, dropped } = cohort;
  for (let degree = 4; degree <= Math.min(MAXIMUM_NEIGHBOURS, clients - 2); degree += 2) {
    if (log2Disconnected(cohort, degree) > -assumptions.securityBits) continue;
    const threshold = thresholdOf(degree, corruptedNeighbours(cohort, degree, assumptions.securityBits), assumptions);
    const survivors = { total: clients - 1, marked: clients - 1 - dropped, draws: degree };
    const log2Stuck = Math.log2(clients) + log2TailBelow(survivors, threshold);
    if (threshold > degree || log2Stuck > -assumptions.correctnessBits) continue;
    return { degree, threshold, minimumClients: clients - dropped };
  }
  return undefined;
}

/** Bonawitz et al. 2017: everybody is everybody's neighbour, and nothing is left to chance. */
function allPairs({ clients, corrupted, dropped }: Cohort, assumptions: Assumptions): GraphParameters | undefined {
  const degree = clients - 1;
  const threshold = thresholdOf(degree, corrupted, assumptions);
  const honestSurvivors = clients - corrupted - dropped;
  const isPossible = degree <= MAXIMUM_NEIGHBOURS && honestSurvivors >= 2 && degree - dropped >= threshold;
  return isPossible ? { degree, threshold, minimumClients: threshold + 1 } : undefined;
}

/**
 * More shares than the corrupted neighbours have, which is enough against a server that keeps to the protocol; at least 2.
 *
 * Against one that asks some neighbours for one secret and the others for the other, 2t > k + corrupted neighbours: honest ones give
 * one share each, corrupted ones both, so that both secrets would take 2t <= (k - corrupted) + 2 corrupted.
 */
function thresholdOf(degree: number, corrupted: number, { server }: Assumptions): number {
  if (server === "honest") return Math.max(2, corrupted + 1);
  return Math.max(2, Math.floor((degree + corrupted) / 2) + 1);
}

/** So many corrupted neighbours has every client at most, but with a chance of 2^-securityBits. */
function corruptedNeighbours({ clients, corrupted }: Cohort, degree: number, securityBits: number): number {
  const urn = { total: clients - 1, marked: corrupted, draws: degree };
  let most = Math.ceil((degree * corrupted) / clients);
  while (Math.log2(clients) + log2TailAtLeast(urn, most + 1) > -securityBits) most++;
  return most;
}

/**
 * log2 of a bound on the chance that the honest survivors are not connected: on the circle of a Harary graph that takes a run of
 * k/2 clients who all are corrupted or dropped, and there are as many runs as clients.
 */
function log2Disconnected({ clients, corrupted, dropped }: Cohort, degree: number): number {
  const lost = corrupted + dropped;
  let bits = Math.log2(clients);
  for (let index = 0; index < degree / 2; index++) {
    if (index >= lost) return Number.NEGATIVE_INFINITY;
    bits += Math.log2((lost - index) / (clients - index));
  }
  return bits;
}
