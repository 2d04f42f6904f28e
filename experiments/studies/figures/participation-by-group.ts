// Whom a policy leaves out: for each group of the fleet, a panel each, how its clients took part under every policy. A run keeps counts by
// group and not by client, and a group's name says more about who is left out than a point on a Lorenz curve.

import type { Figure } from "../../report/figures/figure.ts";
import type { GroupMeasure } from "../statistics/group-participation.ts";
import type { Estimate } from "../study.ts";
import type { Axis } from "./axis.ts";
import { dotsFigure } from "./dots-with-intervals.ts";
import type { FigureTexts } from "./figure-words.ts";

export interface ParticipationRow extends Estimate {
  /** A policy's label. */
  readonly series: string;
  readonly group: string;
}

export interface ParticipationInput extends FigureTexts {
  readonly rows: readonly ParticipationRow[];
  readonly measure: GroupMeasure;
  readonly labels?: readonly string[] | undefined;
}

const AXES: Readonly<Record<GroupMeasure, Axis>> = {
  coverage: { label: "clients whose update was ever aggregated (%)", isShare: true, domain: [0, 1] },
  representation: { label: "share of the updates / share of the clients" },
};

export function participationFigure({ rows, measure, ...texts }: ParticipationInput): Figure {
  return dotsFigure({
    ...texts,
    rows: rows.map(({ series, group, ...estimate }) => ({ ...estimate, label: series, panel: group })),
    x: AXES[measure],
    reference: measure === "representation" ? { x: 1, label: "even" } : undefined,
  });
}
