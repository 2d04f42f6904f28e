// The operator's rules about clients, as a configuration states them under `selection.rules`: who may take part, who goes first, and
// in what share of the rounds. Syntax and meaning: docs/rules.md.

import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { LABEL_PREFIX } from "./pattern.ts";

const MAXIMUM_LENGTH = 200;
const MAXIMUM_ENTRIES = 1000;

/** Names of clients are made of these; what else globs have elsewhere ([abc], {a,b}, !) would match nobody. */
const idGlob = /^[\w.:*?-]*$/;

const pattern = z
  .string()
  .min(1)
  .max(MAXIMUM_LENGTH)
  .refine((text) => text !== LABEL_PREFIX, `Write the label after "${LABEL_PREFIX}", for example "label:site:berlin"`)
  .refine(
    (text) => text.startsWith(LABEL_PREFIX) || idGlob.test(text),
    "A client id has only letters, digits and _ . : -, and a pattern * and ? besides; a label is written label:NAME",
  );

const labelGlob = z
  .string()
  .min(1)
  .max(MAXIMUM_LENGTH)
  .refine((text) => !text.startsWith(LABEL_PREFIX), `Only labels stand here: leave "${LABEL_PREFIX}" out`);

/** A list that may be left out, but not be empty: it would admit nobody. */
const choiceOf = (entry: z.ZodString) => z.array(entry).min(1).max(MAXIMUM_ENTRIES).readonly().optional();
const listOf = <Entry extends z.ZodType>(entry: Entry) => z.array(entry).max(MAXIMUM_ENTRIES).readonly().optional();

const share = z.number().min(0).max(1);

const participation = z
  .strictObject({
    /** Of the rounds in which a client is a candidate, at least this share: 0 to 1. */
    floor: share.optional(),
    /** At most this share: 0 to 1. */
    cap: share.optional(),
  })
  .superRefine(({ floor = 0, cap = 1 }, context) => {
    if (floor <= cap) return;
    const message = `A floor of ${floor} is more than the cap of ${cap}: lower the floor or raise the cap`;
    context.addIssue({ code: "custom", path: ["floor"], message });
  });

/** Every rule that is given must admit a client. */
export const clientRulesSchema = z.strictObject({
  /** Only clients that one of these patterns names. */
  include: choiceOf(pattern),
  /** None that one of these names. */
  exclude: listOf(pattern),
  /** Only clients that have them all. */
  requireLabels: listOf(labelGlob),
  /** Only clients that have at least one. */
  anyLabels: choiceOf(labelGlob),
  /** None that has any. */
  forbidLabels: listOf(labelGlob),
  /** Higher levels go first; the first entry that names a client counts, 0 if none does. */
  priority: listOf(z.strictObject({ match: pattern, level: z.number() })),
  participation: participation.optional(),
});

export type ClientRules = z.infer<typeof clientRulesSchema>;

/**
 * Rules that are known to make sense.
 *
 * @throws {ProbSelectError} selection.invalid-argument, with the place and the problem of each that does not.
 */
export function checkedRules(rules: ClientRules): ClientRules {
  const parsed = clientRulesSchema.safeParse(rules);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.map((key) => `${String(key)}: `).join("")}${message}`,
  );
  throw new ProbSelectError(
    "selection.invalid-argument",
    `The rules about clients cannot be kept: ${problems.join("; ")}. Known rules: ${Object.keys(clientRulesSchema.shape).join(", ")}.`,
  );
}

/** Whether there is any rule at all. */
export function hasRules(rules: ClientRules | undefined): rules is ClientRules {
  return rules !== undefined && Object.values(rules).some((rule) => rule !== undefined);
}
