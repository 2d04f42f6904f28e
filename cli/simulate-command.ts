// `probselect simulate --scenario FILE`: rounds on a virtual clock, as a file describes them.

import { basename, isAbsolute } from "node:path";
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import type { Scenario } from "../experiments/simulation/scenario.ts";
import { commandLine } from "./jobs/command-line.ts";
import { jobOptions } from "./jobs/job-options.ts";
import { printResult } from "./output.ts";
import { wrongUsage } from "./wrong-usage.ts";

const options = {
  scenario: {
    type: "string",
    requiresArg: true,
    describe: "YAML or JSON file with fleet, workload, objective, policies",
  },
  rounds: { type: "number", requiresArg: true, describe: "Rounds, instead of the file's" },
  journals: {
    type: "boolean",
    default: false,
    describe: "Also write the journal of each run with training to OUT/journals, for `probselect report`",
  },
  workloads: { type: "boolean", default: false, describe: "List the measured workloads" },
  populations: { type: "boolean", default: false, describe: "List the populations" },
  ...jobOptions,
} as const satisfies Record<string, Options>;

type SimulateArguments = ArgumentsCamelCase<InferredOptionTypes<typeof options>>;

export const simulateCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: "simulate",
  describe: "Simulate a fleet through many rounds on a virtual clock, and compare policies on it",
  builder: (cli) =>
    cli
      .options(options)
      .example("probselect simulate --scenario examples/scenarios/mixed.yaml", "Compare policies on a mixed fleet")
      .example("probselect simulate --scenario fleet.yaml --seeds 10 --json", "With intervals, headline as JSON")
      .example("probselect simulate --workloads", "GPUs and networks with measured times")
      .epilogue("What a scenario can say: docs/simulation.md."),
  handler: runSimulate,
};

async function runSimulate(given: SimulateArguments): Promise<void> {
  if (given.workloads) return await listWorkloads(given.json);
  if (given.populations) return await listPopulations(given.json);
  if (given.scenario === undefined) throw wrongUsage("Give --scenario FILE, --workloads or --populations.");
  const { MOST_ROUNDS } = await import("../experiments/simulation/scenario.ts");
  const { readScenario } = await import("../experiments/simulation/read-scenario.ts");
  const { scenarioStudy } = await import("../experiments/studies/scenario/scenario-study.ts");
  const { runStudyCommand } = await import("./jobs/run-study.ts");
  const scenario = await readScenario(given.scenario);
  const rounds = given.rounds ?? scenario.rounds;
  if (!(Number.isSafeInteger(rounds) && rounds >= 1 && rounds <= MOST_ROUNDS)) {
    throw wrongUsage(
      `--rounds must be a whole number from 1 to ${MOST_ROUNDS}, not ${rounds}: each round is recorded in the result.`,
    );
  }
  if (given.journals) requireJournals(scenario, given);
  const study = scenarioStudy({ ...scenario, rounds });
  await runStudyCommand(study, { ...given, seed: given.seed ?? scenario.seed }, commandOf(given.scenario, given));
}

function requireJournals({ learning }: Scenario, { queue }: SimulateArguments): void {
  if (!learning)
    throw wrongUsage('--journals: the scenario has no "learning", and without training there is no journal.');
  if (queue !== undefined)
    throw wrongUsage("--journals and --queue: the queue sends results only. Run it on one machine.");
}

/** Without folders of this machine: a path from the root is shortened to its name. */
function commandOf(scenario: string, { rounds, seed, seeds, data }: SimulateArguments): string {
  const file = isAbsolute(scenario) ? basename(scenario) : scenario;
  const quoted = /^[\w./@:=+-]+$/.test(file) ? file : JSON.stringify(file);
  return commandLine(`simulate --scenario ${quoted}`, { rounds, seed, seeds, data });
}

async function listWorkloads(json: boolean): Promise<void> {
  const { measuredWorkloadSummaries } = await import("../experiments/measured/measured-workloads.ts");
  const summaries = measuredWorkloadSummaries();
  printResult(json, summaries, () => {
    const width = Math.max(...summaries.map(({ key }) => key.length));
    return summaries.map(({ key, gpus }) => `${key.padEnd(width)}  ${gpus.join(", ")}`).join("\n");
  });
}

async function listPopulations(json: boolean): Promise<void> {
  const { findPopulation, populationNames } = await import("../experiments/simulation/population/populations.ts");
  const populations = populationNames.map((name) => ({ name, groups: findPopulation(name) }));
  printResult(json, populations, () =>
    populations
      .map(
        ({ name, groups }) => `${name.padEnd(18)}${groups.map((group) => `${group.share} ${group.name}`).join(", ")}`,
      )
      .join("\n"),
  );
}
