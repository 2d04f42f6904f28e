// A policy of one's own in one file: the faster half of the clients that can take part. Name it on the command line:
//
//   probselect server --policy ./examples/policies/fastest-half.ts
//   probselect select --fleet examples/fleets/mixed.yaml --policy ./examples/policies/fastest-half.ts
//
// As TypeScript it needs Node 22.18; with an older one, in a clone: npm run probselect -- select --fleet ...

import type { OwnSelect } from "probselect/selection";

export const select: OwnSelect = ({ candidates, cohortSize }) => {
  const fastest = candidates
    .filter(({ isPossible }) => isPossible)
    .sort((one, other) => one.expectedSeconds - other.expectedSeconds);
  const count = cohortSize ?? Math.ceil(fastest.length / 2);
  return fastest.slice(0, count).map(({ clientId, expectedSeconds }, place) => ({
    clientId,
    reason: `it is number ${place + 1} of ${fastest.length} by expected time (${expectedSeconds.toFixed(1)} s)`,
  }));
};
