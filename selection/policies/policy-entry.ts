// A policy in the list of policies: its name, what it needs, and how its settings are read.

import type { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import type { PolicyNeed, SelectionPolicy } from "../policy/policy.ts";

export interface PolicyEntry {
  readonly name: string;
  readonly needs: PolicyNeed;
  /** One line, without a full stop. */
  readonly summary: string;
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
  /** A strict object; its defaults are the policy's. */
  readonly settings: Settings;
  readonly create: (options: z.infer<Settings> & { readonly cohortSize: number | undefined }) => SelectionPolicy;
}): PolicyEntry {
  const { name, needs, summary } = entry;
  return {
    name,
    needs,
    summary,
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
