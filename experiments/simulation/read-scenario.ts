// Reads a scenario's file, and finds out what is wrong with it before anything runs: a misspelt key, a policy that does not exist, two
// policies of one label.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isPolicyModule, loadPolicy } from "../../server/load-policy.ts";
import { invalidDocument, readDocument } from "../../server/read-document.ts";
import { type PolicyChoice, type Scenario, scenarioSchema } from "./scenario.ts";

/** @throws {ProbSelectError} server.invalid-config with a line a problem; what `loadPolicy` refuses. */
export async function readScenario(file: string): Promise<Scenario> {
  return checkScenario((await readDocument(file)) ?? {}, file);
}

/** @param source how errors name the scenario. @throws {ProbSelectError} as `readScenario`. */
export async function checkScenario(document: unknown, source: string): Promise<Scenario> {
  const parsed = scenarioSchema.safeParse(document);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the scenario"}: ${message}`);
    throw invalidDocument(source, problems);
  }
  const scenario = parsed.data;
  const labels = scenario.policies.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined) {
    throw invalidDocument(source, [
      `policies: "${twice}" is there twice. Give each its own label: {name, label, ...}.`,
    ]);
  }
  return { ...scenario, policies: await Promise.all(scenario.policies.map(checkPolicy)) };
}

async function checkPolicy(policy: PolicyChoice): Promise<PolicyChoice> {
  const { name, cohortSize, settings } = policy;
  await loadPolicy(name, { cohortSize, settings });
  if (!isPolicyModule(name)) return policy;
  const path = name.startsWith("file:") ? fileURLToPath(name) : resolve(name);
  return {
    ...policy,
    name: path,
    moduleSha256: createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
  };
}
