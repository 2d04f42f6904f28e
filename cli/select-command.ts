// `probselect select`: whom a policy would ask of a fleet, once, or as a service that other frameworks ask before each round.

import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import type { LatencyModel } from "../selection/types.ts";
import type { ServedPolicies } from "../server/selection-service/served-policies.ts";
import { forecastOptions } from "./forecast-options.ts";
import { jsonOption, printResult } from "./output.ts";
import { fromOption, wrongUsage } from "./wrong-usage.ts";

const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;
const text = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const;

const options = {
  fleet: text("YAML or JSON file with the candidates, as in examples/fleets/mixed.yaml"),
  policy: text("Selection policy: a name, or your own module such as ./my-policy.ts (default probselect)"),
  "cohort-size": number("The most clients of the cohort, or their number; each policy has its own default"),
  settings: text("Settings of the policy, as JSON or YAML: '{requiredUpdates: 3}'"),
  "deadline-seconds": number("The round's deadline"),
  "minimum-probability": number("Least probability, 0 to 1, that a selected client meets it (default 0.8)"),
  model: text("What they train: a model of the zoo or a published network (default the file's, else lenet5)"),
  "layers-model": text("Instead of --model: your own tfjs or Keras model, its model.json (weights are not needed)"),
  epochs: number("Passes over their examples (default 1)"),
  "batch-size": number("Examples a step (default 32)"),
  momentum: number("Above 0, one more value per parameter lies on the device (default 0)"),
  round: number("Number of the round (default 1)"),
  seed: number("Seeds the policy's random draws (default 1)"),
  ...forecastOptions,
  policies: { type: "boolean", default: false, describe: "List the policies and what each needs to be told" },
  serve: { type: "boolean", default: false, describe: "Answer questions over HTTP until Ctrl-C" },
  host: { ...text("Address to listen on, with --serve"), default: "127.0.0.1" },
  port: { ...number("Its port; 0 takes a free one"), default: 7710 },
  "maximum-runs": { ...number("Runs whose policies are remembered; the least recently used is dropped"), default: 64 },
  json: jsonOption,
} as const satisfies Record<string, Options>;

/** What is asked of a fleet; the service is asked in its requests. */
const questions = [
  "cohort-size",
  "settings",
  "deadline-seconds",
  "minimum-probability",
  "model",
  "layers-model",
  "epochs",
  "batch-size",
  "momentum",
  "round",
  "seed",
] as const satisfies readonly (keyof typeof options)[];

type SelectArguments = ArgumentsCamelCase<InferredOptionTypes<typeof options>>;

export const selectCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: "select",
  describe: "Choose clients from a fleet, once or as a service for other frameworks",
  builder: (cli) =>
    cli
      .options(options)
      .example(
        "probselect select --fleet examples/fleets/mixed.yaml --deadline-seconds 6",
        "Whom probselect would ask, and why",
      )
      .example("probselect select --fleet fleet.yaml --policy ./my-policy.ts --round 3", "A dry run of your own policy")
      .example("probselect select --policies", "Every policy")
      .example("probselect select --serve", "Flower and others ask over HTTP (docs/selection-service.md)"),
  handler: runSelect,
};

async function runSelect(given: SelectArguments): Promise<void> {
  const modes = { fleet: given.fleet !== undefined, policies: given.policies, serve: given.serve };
  const chosen = Object.entries(modes).filter(([, isChosen]) => isChosen);
  if (chosen.length !== 1) throw wrongUsage("Give one of --fleet FILE, --policies and --serve.");
  const idle = given.fleet === undefined ? questions.find((name) => given[name] !== undefined) : undefined;
  if (idle !== undefined) throw wrongUsage(`--${idle} goes with --fleet.`);
  // Loaded here: --help needs no catalogue.
  if (given.policies) return await listPolicies(given);
  if (given.serve) return await serve(given);
  return await selectOnce(given, given.fleet ?? "");
}

async function listPolicies({ policy, json }: SelectArguments): Promise<void> {
  const { policiesText } = await import("./select/policies-text.ts");
  const { paintFor } = await import("../server/reporting/paint.ts");
  const { summaries } = await policiesWith(policy);
  printResult(json, { policies: summaries }, () => policiesText(summaries, paintFor(process.stdout)));
}

async function serve(given: SelectArguments): Promise<void> {
  const { host, port, maximumRuns, json } = given;
  const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535;
  if (!isPort) throw wrongUsage(`--port must be a whole number from 0 to 65535, not ${port}.`);
  if (!(Number.isInteger(maximumRuns) && maximumRuns >= 1 && maximumRuns <= 10_000)) {
    throw wrongUsage(`--maximum-runs must be a whole number from 1 to 10000, not ${maximumRuns}.`);
  }
  const { serveSelection } = await import("./select/serve-selection.ts");
  const [latencyModel, policies] = [await latencyModelOf(given), await policiesWith(given.policy)];
  await serveSelection({ host, port, maximumRuns, latencyModel, policies, json, verbose: given.verbose === true });
}

async function selectOnce(given: SelectArguments, fleet: string): Promise<void> {
  const { readFleetRequest } = await import("./select/fleet-request.ts");
  const { selectionText } = await import("./select/selection-text.ts");
  const { SelectionService } = await import("../server/selection-service/selection-service.ts");
  const { paintFor } = await import("../server/reporting/paint.ts");
  const { policy, ...request } = await readFleetRequest(fleet, given, await workloadOf(given));
  const [latencyModel, policies] = [await latencyModelOf(given), await policiesWith(policy)];
  const {
    runId: _,
    isNewRun: __,
    ...answer
  } = new SelectionService({ latencyModel, policies, maximumRuns: 1 }).select(request);
  printResult(given.json, answer, () => selectionText(request, answer, paintFor(process.stdout)));
}

/** What the options say that the clients train; undefined if they say nothing. @throws {ProbSelectError} cli.wrong-usage. */
async function workloadOf({ model, layersModel }: SelectArguments) {
  if (layersModel === undefined) return model === undefined ? undefined : { model };
  if (model !== undefined) throw wrongUsage(`Give --model ${model} or --layers-model ${layersModel}, not both.`);
  const { describeModelFile } = await import("../models/tensorflow/describe-model-file.ts");
  return { layersModel: await describeModelFile(layersModel) };
}

async function latencyModelOf(given: SelectArguments): Promise<LatencyModel> {
  const { findLatencyModel } = await import("../selection/latency/find-latency-model.ts");
  const { readCalibrations } = await import("../server/read-calibrations.ts");
  const calibrations = await readCalibrations(given.calibration ?? []);
  const name = given.latencyModel ?? (calibrations.length > 0 ? "calibrated" : "roofline");
  return fromOption(() => findLatencyModel(name, { calibrations, lawKind: given.law }));
}

/** @throws {ProbSelectError} selection.unknown-policy, server.policy-not-loaded. */
async function policiesWith(name: string | undefined): Promise<ServedPolicies> {
  const { isPolicyModule, loadOwnPolicy } = await import("../server/load-policy.ts");
  const { servedPolicies } = await import("../server/selection-service/served-policies.ts");
  if (name === undefined || !isPolicyModule(name)) return servedPolicies(name);
  return servedPolicies(undefined, await loadOwnPolicy(name));
}
