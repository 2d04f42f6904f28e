// The verbs of `probselect`. Each names its module but imports it only when it is used, so that `probselect devices` loads
// no tensor library.

import type { Argv, CommandModule } from "yargs";

/** The parser that verbs are added to, with the options that all of them have. */
export type RootParser = Argv<{ verbose: boolean }>;

export interface Verb {
  readonly name: string;
  readonly describe: string;
  /** Loads the module and adds its command to the parser. */
  readonly register: (parser: RootParser) => Promise<void>;
}

function verb<Options>(name: string, describe: string, load: () => Promise<CommandModule<object, Options>>): Verb {
  return {
    name,
    describe,
    register: async (parser) => {
      const module = await load();
      // yargs wraps a builder's return type around its own parser type, which is invariant; the module does not care.
      parser.command(module as CommandModule<{ verbose: boolean }, Options>);
    },
  };
}

/** Every verb, in the order in which `--help` lists them. */
export const verbs: readonly Verb[] = [
  verb("demo", "Federated training on this machine, start to finish, on eight emulated GPUs", async () => {
    return (await import("./demo-command.ts")).demoCommand;
  }),
  verb("server", "Run the aggregator: register clients, run the rounds, write the journal", async () => {
    return (await import("./server-command.ts")).serverCommand;
  }),
  verb("config", "Check an aggregator's configuration, or print its JSON Schema", async () => {
    return (await import("./config-command.ts")).configCommand;
  }),
  verb("client", "Run an agent: train on this machine's own data for an aggregator", async () => {
    return (await import("./client-command.ts")).clientCommand;
  }),
  verb("token", "Create, list and revoke the credentials of a protected aggregator", async () => {
    return (await import("./token-command.ts")).tokenCommand;
  }),
  verb("devices", "Search the GPU catalogue", async () => {
    return (await import("./devices-command.ts")).devicesCommand;
  }),
  verb("doctor", "Show what this machine has, and what an agent on it would report", async () => {
    return (await import("./doctor-command.ts")).doctorCommand;
  }),
  verb("setup", "Bring what the package leaves out: back-ends for this machine's GPU, large data sets", async () => {
    return (await import("./setup-command.ts")).setupCommand;
  }),
  verb("data", "Show a data set and how a partition divides it over clients", async () => {
    return (await import("./data-command.ts")).dataCommand;
  }),
  verb("explain", "Why a client would be selected, term by term, or was (not) selected in a run", async () => {
    return (await import("./explain-command.ts")).explainCommand;
  }),
  verb("select", "Choose clients from a fleet, once or as a service for other frameworks", async () => {
    return (await import("./select-command.ts")).selectCommand;
  }),
  verb("simulate", "Simulate a fleet through many rounds on a virtual clock, and compare policies on it", async () => {
    return (await import("./simulate-command.ts")).simulateCommand;
  }),
  verb("experiment", "Run a study and write its report: NDJSON, CSV, SVG figures, one HTML page", async () => {
    return (await import("./experiment-command.ts")).experimentCommand;
  }),
  verb("calibrate", "Time training steps on this machine once, into a file that forecasts it", async () => {
    return (await import("./calibrate-command.ts")).calibrateCommand;
  }),
  verb("bench-device", "Benchmark training on this machine: back-ends side by side, and calibrations", async () => {
    return (await import("./bench-device-command.ts")).benchDeviceCommand;
  }),
  verb("evaluate-forecast", "Score the forecast against measured training times", async () => {
    return (await import("./evaluate-forecast-command.ts")).evaluateForecastCommand;
  }),
  verb("report", "Turn a run's journal into an HTML report with figures", async () => {
    return (await import("./report-command.ts")).reportCommand;
  }),
  verb("export", "Take the global model out of a run: tfjs, safetensors or ONNX", async () => {
    return (await import("./export-command.ts")).exportCommand;
  }),
];
