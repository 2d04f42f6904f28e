// Some of a round's candidates as a table of their own, so that a policy never sees the others.

import type { CandidateTable, RoundTimes } from "./candidate-table.ts";
import { gathered } from "./gathered.ts";

/**
 * The table of the candidates at `indices`, in that order: entry i is about candidate `indices[i]` of the whole. Slots, keys and the
 * size of the fleet stay the same; what the whole table computes only when it is asked, this one does too.
 */
export function subTable(table: CandidateTable, indices: Uint32Array): CandidateTable {
  const numbers = (column: Float64Array) => gathered(column, new Float64Array(indices.length), indices);
  const whole = (column: Uint32Array) => gathered(column, new Uint32Array(indices.length), indices);
  const indexOf = (index: number) => indices[index] as number;
  return {
    size: indices.length,
    fleetSize: table.fleetSize,
    slots: whole(table.slots),
    keys: whole(table.keys),
    exampleCounts: numbers(table.exampleCounts),
    probabilities: numbers(table.probabilities),
    impossibilities: gathered(table.impossibilities, new Uint8Array(indices.length), indices),
    priorities: table.priorities && numbers(table.priorities),
    contactSeconds: table.contactSeconds && numbers(table.contactSeconds),
    times: () => timesAt(table.times(), numbers),
    probabilitiesBy: (deadlineSeconds) => numbers(table.probabilitiesBy(deadlineSeconds)),
    leastWorkProbabilities: (deadlineSeconds) => numbers(table.leastWorkProbabilities(deadlineSeconds)),
    groupsBy: (labelName) => {
      const groups = table.groupsBy(labelName);
      return groups && whole(groups);
    },
    adaptedWork: (index, request) => table.adaptedWork(indexOf(index), request),
    candidateAt: (index) => table.candidateAt(indexOf(index)),
  };
}

function timesAt(times: RoundTimes, at: (column: Float64Array) => Float64Array): RoundTimes {
  return {
    downloadSeconds: at(times.downloadSeconds),
    computeSeconds: at(times.computeSeconds),
    uploadSeconds: at(times.uploadSeconds),
    trainingFlop: at(times.trainingFlop),
    peakFlopPerSecond: at(times.peakFlopPerSecond),
  };
}
