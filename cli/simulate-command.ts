// `probselect simulate --scenario FILE`: rounds on a virtual clock, as a file describes them.

import { basename } from "node:path";
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
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
  const { readScenario } = await import("../experiments/simulation/read-scenario.ts");
  const { scenarioStudy } = await import("../experiments/studies/scenario/scenario-study.ts");
  const { runStudyCommand } = await import("./jobs/run-study.ts");
  const scenario = await readScenario(given.scenario);
  const rounds = given.rounds ?? scenario.rounds;
  if (!(Number.isSafeInteger(rounds) && rounds >= 1))
    throw wrongUsage(`--rounds must be a whole number from 1, not ${rounds}.`);
  const study = scenarioStudy({ ...scenario, rounds });
  const command = `probselect simulate --scenario ${basename(given.scenario)}`;
  await runStudyCommand(study, { ...given, seed: given.seed ?? scenario.seed }, command);
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
