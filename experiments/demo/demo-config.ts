// What the demo runs: the aggregator's configuration and each agent's command line, as data.

import type { ServerConfig } from "../../server/config.ts";
import { parseConfig } from "../../server/load-config.ts";
import { type PartitionDescription, parsePartition } from "../../workloads/partition/parse-partition.ts";
import { demoFleet } from "./fleet.ts";

export interface DemoOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly outputDirectory: string;
  readonly model: string;
  /** Concentration of the label-skewed Dirichlet split of MNIST over the clients; small is more skewed. */
  readonly dirichletAlpha: number;
  readonly deadlineSeconds: number;
  readonly minimumProbability: number;
  readonly emulatedSecondsPerWallSecond: number;
}

/**
 * LeNet-5 is tiny: on any GPU a step costs its kernel launches, so what separates the clients is how many examples they hold,
 * their host and their link. Six seconds are ample for every link but the narrowband satellite's.
 */
export const defaultDemoOptions: DemoOptions = {
  rounds: 6,
  seed: 1,
  outputDirectory: "runs/demo",
  model: "lenet5",
  dirichletAlpha: 1,
  deadlineSeconds: 6,
  minimumProbability: 0.8,
  emulatedSecondsPerWallSecond: 3,
};

/**
 * The aggregator's configuration, as `probselect server --config` reads it.
 *
 * @throws {ProbSelectError} server.invalid-config for an option out of its range.
 */
export function demoServerConfig(options: DemoOptions, port: number): ServerConfig {
  const config = {
    runName: "demo",
    model: options.model,
    dataset: "mnist",
    rounds: options.rounds,
    training: { epochs: 1, batchSize: 32, learningRate: 0.02, momentum: 0.9 },
    slo: { deadlineSeconds: options.deadlineSeconds, minimumProbability: options.minimumProbability },
    selection: { policy: "probselect" },
    minimumClients: demoFleet.length,
    seed: options.seed,
    port,
    outputDirectory: options.outputDirectory,
    clock: { kind: "emulated", emulatedSecondsPerWallSecond: options.emulatedSecondsPerWallSecond },
  };
  return parseConfig(config, "the demo's options");
}

/**
 * How the demo divides MNIST.
 *
 * @throws {ProbSelectError} workloads.invalid-partition
 */
export function demoPartition({ dirichletAlpha }: DemoOptions): PartitionDescription {
  return parsePartition(`dirichlet:${dirichletAlpha}`);
}

/** Arguments of `probselect` for the agent of the fleet's device `index`. */
export function demoClientArguments(options: DemoOptions, index: number, port: number): string[] {
  const device = demoFleet[index];
  if (!device) throw new RangeError(`The demo's fleet has ${demoFleet.length} devices; there is no device ${index}.`);
  return [
    "client",
    ...["--server", `http://127.0.0.1:${port}`],
    ...["--id", device.clientId],
    ...["--data", "mnist"],
    ...["--partition", `dirichlet:${options.dirichletAlpha}`],
    ...["--shard", `${index + 1}/${demoFleet.length}`],
    ...["--partition-seed", String(options.seed)],
    ...["--backend", "wasm"],
    ...["--emulate", device.gpuName],
    ...["--emulation-seed", String(options.seed)],
    ...["--link", device.linkProfile],
  ];
}
