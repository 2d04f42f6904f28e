// From the name that an operator writes to a policy: one that comes with the package, or a module of the operator's own.

import { basename } from "node:path";
import { ProbSelectError } from "../foundation/errors.ts";
import { createPolicy, type PolicyOptions } from "../selection/policies/find-policy.ts";
import { type OwnFunctions, ownPolicy } from "../selection/policies/own-policy.ts";
import type { SelectionPolicy } from "../selection/policy/policy.ts";
import { withinPlaces } from "../selection/policy/within-places.ts";
import type { ClientRules } from "../selection/rules/client-rules.ts";
import { underRules } from "../selection/rules/ruled-policy.ts";
import { importModule } from "./import-module.ts";

/**
 * A new run of the policy of that name, or of the one that a module exports.
 *
 * @param name as `createPolicy` knows it, or the path of a module from the working directory, e.g. "./my-policy.ts".
 * @throws {ProbSelectError} as `createPolicy`; server.policy-not-loaded for a module that does not load or exports no policy.
 */
export async function loadPolicy(name: string, options: PolicyOptions = {}): Promise<SelectionPolicy> {
  if (!isPolicyModule(name)) return createPolicy(name, options);
  return (await loadOwnPolicy(name))(options);
}

export interface RuledPolicyOptions extends PolicyOptions {
  readonly rules?: ClientRules | undefined;
  /** Whether clients work on while rounds go by, so that a round has work for some of them only. */
  readonly isAsynchronous?: boolean | undefined;
}

/**
 * The same under the operator's rules.
 *
 * @throws {ProbSelectError} as `loadPolicy` and `underRules`; server.invalid-config for a policy that an asynchronous run cannot have.
 */
export async function loadRuledPolicy(
  name: string,
  { rules, isAsynchronous = false, ...options }: RuledPolicyOptions,
): Promise<SelectionPolicy> {
  const policy = await loadPolicy(name, options);
  return underRules(isAsynchronous ? limitedToPlaces(policy) : policy, rules);
}

function limitedToPlaces(policy: SelectionPolicy): SelectionPolicy {
  if (policy.needs === "static-specs") return withinPlaces(policy);
  throw new ProbSelectError(
    "server.invalid-config",
    `The policy "${policy.name}" needs ${policy.needs} of rounds that end with all their clients, and an asynchronous run has none. Take ` +
      "one that needs static specs alone, such as probselect, or leave aggregation.asynchronous out.",
  );
}

/**
 * What makes runs of the policy that a module exports; its name is that of the file.
 *
 * @throws {ProbSelectError} server.policy-not-loaded.
 */
export async function loadOwnPolicy(path: string): Promise<(options: PolicyOptions) => SelectionPolicy> {
  const functions = await loadFunctions(path);
  return (options) => ownPolicy(basename(path), functions, options);
}

/**
 * Whether a policy's name means a module.
 *
 * @example isPolicyModule("./my-policy.ts") // true
 * @example isPolicyModule("quorum") // false
 */
export function isPolicyModule(name: string): boolean {
  return /^file:|^\.{0,2}[/\\]|\.[cm]?[jt]s$/.test(name);
}

/** `select`, or the default export if it is a function, and `learn` if there is one. */
async function loadFunctions(path: string): Promise<OwnFunctions> {
  const exported = await importModule(path, "policy", "server.policy-not-loaded");
  const select = exported.select ?? exported.default;
  if (!isFunction(select)) {
    throw notLoaded(
      `The module ${path} exports no policy. Export a function: ` +
        "export function select({ round, slo, candidates, random }) { return candidates.map(({ clientId }) => clientId); }",
    );
  }
  const { learn } = exported;
  if (learn === undefined) return { select };
  if (!isFunction(learn)) throw notLoaded(`The module ${path} exports a \`learn\` that is no function.`);
  return { select, learn };
}

function isFunction(value: unknown): value is (argument: unknown) => unknown {
  return typeof value === "function";
}

function notLoaded(message: string, cause?: unknown): ProbSelectError {
  return new ProbSelectError("server.policy-not-loaded", message, { cause });
}
