// A policy in the list of policies: its name, what it needs, and how its settings are read.

import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { PolicyNeed, SelectionPolicy } from "../policy/policy.ts";

/** Of the candidates, how many a cohort has when no size is given: the setting `share` of the policies that draw. */
export const cohortShare = z.number().positive().max(1).default(0.5);

export interface PolicyEntry {
  readonly name: string;
  readonly needs: PolicyNeed;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Whether it ranks by `candidates.priorities`; rules of priority are refused under any other. */
  readonly honoursPriorities: boolean;
  readonly create: (cohortSize: number | undefined, settings: unknown) => SelectionPolicy;
}

/**
 * The entry of a policy whose settings are an object of that schema.
 *
 * @example entryOf({ name: "all", needs: "static-specs", summary: "everybody", settings: z.strictObject({}), create })
 */
export function entryOf<Settings extends z.ZodObject>(entry: {
  readonly name: string;
  readonly needs: PolicyNeed;
  readonly summary: string;
  /** As in the entry; false if nothing is said. */
  readonly honoursPriorities?: boolean | undefined;
  /** A strict object; its defaults are the policy's. */
  readonly settings: Settings;
  readonly create: (options: z.infer<Settings> & { readonly cohortSize: number | undefined }) => SelectionPolicy;
}): PolicyEntry {
  const { name, needs, summary, honoursPriorities = false } = entry;
  return {
    name,
    needs,
    summary,
    honoursPriorities,
    create: (cohortSize, settings) => {
      const parsed = entry.settings.safeParse(settings);
      if (parsed.success) return entry.create({ ...parsed.data, cohortSize });
      const known = Object.keys(entry.settings.shape);
      const allowed = known.length === 0 ? "It has no settings." : `Its settings: ${known.join(", ")}.`;
      const problems = parsed.error.issues.map(
        ({ path, message }) => `${path.map((key) => `${String(key)}: `).join("")}${message}`,
      );
      throw new ProbSelectError(
        "selection.invalid-argument",
        `The policy "${name}" cannot be set so: ${problems.join("; ")}. ${allowed}`,
      );
    },
  };
}
