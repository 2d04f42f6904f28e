// Reads a scenario's file, and finds out what is wrong with it before anything runs: a misspelt key, a policy that does not exist, two
// policies of one label.

import { schemaProblems } from "../../foundation/schema-problems.ts";
import { isPolicyModule, loadPolicy } from "../../server/load-policy.ts";
import { invalidDocument, readDocument } from "../../server/read-document.ts";
import { identifyDataFiles } from "../../workloads/files/open-data-files.ts";
import { isDataFiles, isDatasetModule } from "../../workloads/find-dataset.ts";
import { strategyOf } from "./learning/cell-strategy.ts";
import { ownModule } from "./own-modules.ts";
import { type Learning, type PolicyChoice, type Scenario, scenarioSchema } from "./scenario.ts";

/** @throws {ProbSelectError} server.invalid-config with a line a problem; what `loadPolicy` refuses; experiments.invalid-scenario for a module that cannot be read. */
export async function readScenario(file: string): Promise<Scenario> {
  return checkScenario((await readDocument(file)) ?? {}, file);
}

/** @param source how errors name the scenario. @throws {ProbSelectError} as `readScenario`; as `findStrategy`. */
export async function checkScenario(document: unknown, source: string): Promise<Scenario> {
  const parsed = scenarioSchema.safeParse(document);
  if (!parsed.success) {
    const problems = schemaProblems(parsed.error.issues, scenarioSchema, document);
    throw invalidDocument(
      source,
      problems.map(({ path, message }) => `${path.join(".") || "the scenario"}: ${message}`),
    );
  }
  const scenario = parsed.data;
  const labels = scenario.policies.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined) {
    throw invalidDocument(source, [
      `policies: "${twice}" is there twice. Give each its own label: {name, label, ...}.`,
    ]);
  }
  if (scenario.learning) strategyOf(scenario.learning, scenario.policies[0] as PolicyChoice, scenario.training);
  return {
    ...scenario,
    policies: await Promise.all(scenario.policies.map(checkPolicy)),
    ...(scenario.learning && { learning: await withOwnData(scenario.learning) }),
  };
}

async function checkPolicy(policy: PolicyChoice): Promise<PolicyChoice> {
  const { name, cohortSize, settings } = policy;
  await loadPolicy(name, { cohortSize, settings });
  if (!isPolicyModule(name)) return policy;
  const { path, sha256 } = await ownModule(name);
  return { ...policy, name: path, moduleSha256: sha256 };
}

async function withOwnData(learning: Learning): Promise<Learning> {
  if (isDataFiles(learning.dataset)) {
    const { name, sha256 } = await identifyDataFiles(learning.dataset);
    return { ...learning, dataset: name, datasetSha256: sha256 };
  }
  if (!isDatasetModule(learning.dataset)) return learning;
  const { path, sha256 } = await ownModule(learning.dataset);
  return { ...learning, dataset: path, datasetSha256: sha256 };
}
