// Every selection policy by its name. A new one is one file and one entry here (recipe: CONTRIBUTING).

import { ProbSelectError } from "../../foundation/errors.ts";
import { type PolicyNeed, type SelectionPolicy, startPolicy } from "../policy/policy.ts";
import { baselineEntries } from "./baselines/baseline-entries.ts";
import { learningEntries } from "./learning/learning-entries.ts";
import { entryOf, type PolicyEntry } from "./policy-entry.ts";
import { probSelectPolicy, probSelectSettings } from "./probselect.ts";
import { calibratedQuorumPolicy, quorumPolicy } from "./quorum/quorum-policy.ts";
import { quorumSettings, requireReachable } from "./quorum/quorum-settings.ts";

export interface PolicyOptions {
  /** The most clients of a cohort (probselect), or their number; each policy has its own default. */
  readonly cohortSize?: number | undefined;
  /** What else the policy can be told, as its own schema names it. */
  readonly settings?: unknown;
}

const QUORUM = "quorum";

const entries: readonly PolicyEntry[] = [
  entryOf({
    name: "probselect",
    needs: "static-specs",
    honoursPriorities: true,
    summary:
      "every client whose probability reaches the minimum (arXiv 2511.08147); with a cohort size the most probable of them",
    settings: probSelectSettings,
    create: (options) => startPolicy(probSelectPolicy(options)),
  }),
  entryOf({
    name: QUORUM,
    needs: "static-specs",
    honoursPriorities: true,
    summary:
      "the fewest clients that bring k updates on time with the round's probability, in turns, slow ones with less work",
    settings: quorumSettings,
    create: (settings) =>
      requireReachable(settings).onlineCalibration
        ? startPolicy(calibratedQuorumPolicy(settings))
        : startPolicy(quorumPolicy(settings)),
  }),
  ...baselineEntries,
  ...learningEntries,
];

/** Names that `createPolicy` knows. */
export const policyNames: readonly string[] = entries.map(({ name }) => name);

/** What every policy is, for lists and help. */
export const policySummaries: readonly {
  readonly name: string;
  readonly needs: PolicyNeed;
  readonly summary: string;
}[] = entries.map(({ name, needs, summary }) => ({ name, needs, summary }));

/** Whether the policy, set so, may ask a client for less work than the run's settings. */
export function policyAdaptsWork(name: string, settings: unknown): boolean {
  return name === QUORUM && quorumSettings.safeParse(settings).data?.adaptiveWork !== "off";
}

/**
 * Whether the policy of that name ranks by `candidates.priorities`, before anything else counts.
 *
 * @throws {ProbSelectError} selection.unknown-policy.
 */
export function policyHonoursPriorities(name: string): boolean {
  return entryNamed(name).honoursPriorities;
}

/**
 * A new run of the policy of that name. It keeps its state between rounds, so each run makes its own.
 *
 * @throws {ProbSelectError} selection.unknown-policy, with the known names; selection.invalid-argument for a cohort size that
 * is no whole number from 1, or naming the setting that the policy does not have or cannot take.
 */
export function createPolicy(name: string, options: PolicyOptions = {}): SelectionPolicy {
  const entry = entryNamed(name);
  const { cohortSize } = options;
  if (cohortSize !== undefined && !(Number.isSafeInteger(cohortSize) && cohortSize >= 1)) {
    throw new ProbSelectError(
      "selection.invalid-argument",
      `A cohort size must be a whole number from 1 but is ${cohortSize}. Leave it out for the policy's default.`,
    );
  }
  return entry.create(cohortSize, options.settings ?? {});
}

function entryNamed(name: string): PolicyEntry {
  const entry = entries.find((known) => known.name === name);
  if (entry) return entry;
  throw new ProbSelectError(
    "selection.unknown-policy",
    `No selection policy is named "${name}". Known policies: ${policyNames.join(", ")}.`,
  );
}
