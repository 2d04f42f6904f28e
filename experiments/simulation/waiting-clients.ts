// A round's table in which some clients must be waited for: theirs is another forecast in every round, everybody else's stays as it is.

import type { CandidateTable, RoundTimes } from "../../selection/policy/candidate-table.ts";

/**
 * The table with the entries of those who wait put in.
 *
 * @param table of all, as if nobody had to wait.
 * @param waiting of those who wait, with their contact seconds, in the order of `places`.
 * @param places their indices in `table`, in rising order.
 */
export function withWaitingClients(
  table: CandidateTable,
  waiting: CandidateTable,
  places: Uint32Array,
): CandidateTable {
  const put = <Column extends Float64Array | Uint8Array>(all: Column, own: Column): Column => {
    const column = all.slice() as Column;
    for (let index = 0; index < places.length; index++) column[places[index] as number] = own[index] as number;
    return column;
  };
  const contactSeconds = put(new Float64Array(table.size), waiting.contactSeconds ?? new Float64Array(places.length));
  return {
    ...table,
    probabilities: put(table.probabilities, waiting.probabilities),
    impossibilities: put(table.impossibilities, waiting.impossibilities),
    contactSeconds,
    times: () => {
      const all = table.times();
      const own = waiting.times();
      const names = Object.keys(all) as (keyof RoundTimes)[];
      return Object.fromEntries(names.map((name) => [name, put(all[name], own[name])])) as unknown as RoundTimes;
    },
    probabilitiesBy: (seconds) => put(table.probabilitiesBy(seconds), waiting.probabilitiesBy(seconds)),
    leastWorkProbabilities: (seconds) =>
      put(table.leastWorkProbabilities(seconds), waiting.leastWorkProbabilities(seconds)),
    adaptedWork: (index, request) => {
      const own = placeOf(places, index);
      return own < 0 ? table.adaptedWork(index, request) : waiting.adaptedWork(own, request);
    },
    candidateAt: (index) => {
      const own = placeOf(places, index);
      return own < 0 ? table.candidateAt(index) : waiting.candidateAt(own);
    },
  };
}

/** Where a value is in rising ones; -1 if it is not there. */
function placeOf(rising: Uint32Array, value: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = rising[middle] as number;
    if (found === value) return middle;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
