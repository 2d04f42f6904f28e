// The list of policies for people: what each needs to be told, and what it does.

import type { PolicyNeed } from "../../selection/policy/policy.ts";
import type { Paint } from "../../server/reporting/paint.ts";

const needWords: Readonly<Record<PolicyNeed, string>> = {
  "static-specs": "static specs",
  history: "history",
  monitoring: "monitoring",
  truth: "the truth",
};

const meanings: readonly string[] = [
  "static specs: nothing but what clients register; history: how past rounds went; monitoring: asking clients before a round;",
  "the truth: only in a simulation. Settings of each: selection.settings of a configuration, --settings here.",
];

/** @param paint `noPaint` for plain text. */
export function policiesText(
  policies: readonly { readonly name: string; readonly needs: PolicyNeed; readonly summary: string }[],
  paint: Paint,
): string {
  const width = Math.max(...policies.map(({ name }) => name.length)) + 2;
  const needWidth = Math.max(...Object.values(needWords).map((words) => words.length)) + 2;
  return [
    paint("dim", `${"policy".padEnd(width)}${"needs".padEnd(needWidth)}selects`),
    ...policies.map(({ name, needs, summary }) => {
      return `${paint("bold", name.padEnd(width))}${needWords[needs].padEnd(needWidth)}${summary}`;
    }),
    "",
    ...meanings.map((line) => paint("dim", line)),
  ].join("\n");
}
