// A policy of one's own in one file: the faster half of the clients that can take part. Name it on the command line:
//
//   probselect select --fleet examples/fleets/mixed.yaml --deadline-seconds 6 --policy ./examples/policies/fastest-half.mjs
//   probselect server --policy ./examples/policies/fastest-half.mjs
//
// In TypeScript, which needs Node 22.18: export const select: OwnSelect = ({ candidates, cohortSize }) => { ... };

/** @type {import("probselect/selection").OwnSelect} */
export const select = ({ candidates, cohortSize }) => {
  const fastest = candidates
    .filter(({ isPossible }) => isPossible)
    .sort((one, other) => one.expectedSeconds - other.expectedSeconds);
  const count = cohortSize ?? Math.ceil(fastest.length / 2);
  return fastest.slice(0, count).map(({ clientId, expectedSeconds }, place) => ({
    clientId,
    reason: `it is number ${place + 1} of ${fastest.length} by expected time (${expectedSeconds.toFixed(1)} s)`,
  }));
};
