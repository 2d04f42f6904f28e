// The candidates of a simulated round where some can only be reached later: the table of the whole fleet, which is the same in every round,
// with the columns of those who wait put over it.

import type { CandidateColumns } from "../../selection/latency/forecast-columns.ts";
import type { CandidateTable } from "../../selection/policy/candidate-table.ts";
import { gathered } from "../../selection/policy/gathered.ts";
import { numberColumn } from "../../selection/policy/number-column.ts";
import { indicesWhere } from "../../selection/policy/ranking.ts";
import { subTable } from "../../selection/policy/sub-table.ts";
import { type ColumnTableOptions, tableOfColumns } from "../../selection/policy/table-of-columns.ts";
import type { ContactPlan, Fleet } from "./types.ts";

/**
 * The table of the clients `present` with their waits for contact at `nowSeconds`.
 *
 * @param options those of the whole fleet, without waits.
 * @param whole its table.
 */
export function contactTable(
  options: ColumnTableOptions,
  whole: CandidateTable,
  fleet: Fleet & { readonly contact: ContactPlan },
  { present, nowSeconds }: { readonly present: Uint32Array; readonly nowSeconds: number },
): CandidateTable {
  const contactSeconds = numberColumn(present, (client) => fleet.contact.secondsUntilContact(client, nowSeconds));
  const places = indicesWhere(present.length, (index) => (contactSeconds[index] as number) > 0);
  const waiting = tableOfColumns({
    ...options,
    ...columnsOf(
      options.candidates,
      fleet,
      places.map((index) => present[index] as number),
    ),
    contactSeconds: numberColumn(places, (index) => contactSeconds[index] as number),
  });
  return { ...overlaid(subTable(whole, present), waiting, places), contactSeconds };
}

function columnsOf(
  candidates: CandidateColumns,
  { keys, size }: Fleet,
  clients: Uint32Array,
): Pick<ColumnTableOptions, "candidates" | "slots" | "keys" | "fleetSize"> {
  const count = clients.length;
  return {
    candidates: {
      deviceIndices: gathered(candidates.deviceIndices, new Uint16Array(count), clients),
      exampleCounts: gathered(candidates.exampleCounts, new Uint32Array(count), clients),
      downlinkBitsPerSecond: gathered(candidates.downlinkBitsPerSecond, new Float32Array(count), clients),
      uplinkBitsPerSecond: gathered(candidates.uplinkBitsPerSecond, new Float32Array(count), clients),
      roundTripSeconds: gathered(candidates.roundTripSeconds, new Float32Array(count), clients),
      transferLogSigmas: gathered(candidates.transferLogSigmas, new Float32Array(count), clients),
    },
    slots: clients,
    keys: gathered(keys, new Uint32Array(count), clients),
    fleetSize: size,
  };
}

/** `below` with candidate i of `above` in the place of its own candidate `places[i]`. Its columns are written over: they are nobody else's. */
function overlaid(below: CandidateTable, above: CandidateTable, places: Uint32Array): CandidateTable {
  const put = <Column extends Float64Array | Uint8Array>(into: Column, column: Column): Column => {
    for (let index = 0; index < places.length; index++) into[places[index] as number] = column[index] as number;
    return into;
  };
  const placeOf = new Map<number, number>();
  const placed = () => {
    if (placeOf.size < places.length) for (const [index, place] of places.entries()) placeOf.set(place, index);
    return placeOf;
  };
  return {
    ...below,
    probabilities: put(below.probabilities, above.probabilities),
    impossibilities: put(below.impossibilities, above.impossibilities),
    // Only the wait before the download differs.
    times: () => {
      const times = below.times();
      return { ...times, downloadSeconds: put(times.downloadSeconds, above.times().downloadSeconds) };
    },
    probabilitiesBy: (seconds) => put(below.probabilitiesBy(seconds), above.probabilitiesBy(seconds)),
    leastWorkProbabilities: (seconds) =>
      put(below.leastWorkProbabilities(seconds), above.leastWorkProbabilities(seconds)),
    adaptedWork: (index, request) => {
      const place = placed().get(index);
      return place === undefined ? below.adaptedWork(index, request) : above.adaptedWork(place, request);
    },
    candidateAt: (index) => {
      const place = placed().get(index);
      return place === undefined ? below.candidateAt(index) : above.candidateAt(place);
    },
  };
}
