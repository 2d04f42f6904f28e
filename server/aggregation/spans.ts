// Where the tensors of a model lie in its flat storage, and which of them are no weights: most methods treat a batch
// normalisation's moving statistics, which no gradient made, in a way of their own.

import { isMovingStatistic } from "../../models/architecture.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";

/** The values `from` to before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Whether it is a moving statistic. */
  readonly isMoving: boolean;
}

/** @example spansOf(createParameterSet([{ name: "w", shape: [2, 2] }])) // [{ from: 0, to: 4, isMoving: false }] */
export function spansOf({ tensors }: ParameterSet): readonly Span[] {
  let to = 0;
  return tensors.map(({ name, values }) => {
    const from = to;
    to += values.length;
    return { from, to, isMoving: isMovingStatistic(name) };
  });
}
