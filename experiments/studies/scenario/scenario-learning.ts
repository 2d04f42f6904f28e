// What a scenario with `learning` shows beyond the others: the accuracy that each policy's model reached, and its course.

import { seededRandom } from "../../../foundation/random-source.ts";
import type { Figure } from "../../report/figures/figure.ts";
import type { World } from "../../simulation/scenario.ts";
import { meanFinalAccuracy } from "../common/final-accuracy.ts";
import { countInWords, type groupsBy } from "../common/summaries.ts";
import { type LearningRun, learningFigure } from "../figures/learning-curves.ts";
import { formatEstimate } from "../report/format-estimate.ts";
import { type LearningAxis, learningCurve } from "../statistics/learning-bands.ts";
import type { HeadlineFigure } from "../study.ts";

type Groups = ReturnType<typeof groupsBy>;

/** Mean final accuracy of each policy; none of a world that trains nothing. */
export function accuracyHeadline(groups: Groups, note: string): readonly HeadlineFigure[] {
  return groups.flatMap((group): HeadlineFigure[] => {
    const found = meanFinalAccuracy(group);
    if (found === null) return [];
    const { estimate, low, high } = found;
    const label = `Final test accuracy, ${group.policy}`;
    const name = `finalAccuracy:${group.policy}`;
    return [{ ...{ estimate, low, high, name, label }, unit: "percent", note: `${note}${countInWords(found)}` }];
  });
}

/** For the table; "–" where nothing was evaluated. */
export function accuracyInWords(group: Groups[number]): string {
  const found = meanFinalAccuracy(group);
  return `${formatEstimate(found, "percent")}${found ? countInWords(found) : ""}`;
}

/** Accuracy against virtual and device time; none where no run was evaluated twice, since one point is no curve. */
export function accuracyFigures(
  groups: Groups,
  { learning }: Pick<World, "learning">,
  texts: { readonly note: string; readonly truth: string; readonly seedCount: number },
): readonly Figure[] {
  if (!learning) return [];
  return (["virtual-hours", "device-hours"] as const).flatMap((axis: LearningAxis): Figure[] => {
    const runs = groups.flatMap(({ policy, rows }) =>
      rows.map(({ result }): LearningRun => ({ series: policy, curve: learningCurve(result.learningRounds, axis) })),
    );
    const drawable = runs.filter(({ curve }) => (curve[0]?.x ?? 0) < (curve.at(-1)?.x ?? 0));
    if (drawable.length === 0) return [];
    const title = `Test accuracy of ${learning.model} on ${learning.dataset}`;
    const random = seededRandom(1, "learning", axis);
    return [learningFigure({ ...{ name: `accuracy-${axis}`, title, ...texts }, ...{ runs: drawable, axis, random } })];
  });
}
