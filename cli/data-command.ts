// `probselect data show NAME`: what a data set holds, and how a partition divides it over clients, in numbers and as a figure.

import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import type { DataDescription } from "./data/describe-data.ts";
import { jsonOption, printResult } from "./output.ts";
import { fromOption, wrongUsage } from "./wrong-usage.ts";

const options = {
  partition: {
    type: "string",
    default: "iid",
    requiresArg: true,
    describe: "Split over the clients: iid, dirichlet:ALPHA, shards:N, quantity:ALPHA, labels:K or natural",
  },
  clients: { type: "number", default: 10, requiresArg: true, describe: "Clients to divide it over" },
  seed: { type: "number", default: 1, requiresArg: true, describe: "Seed of the split, an agent's --partition-seed" },
  out: { type: "string", requiresArg: true, describe: "Write a figure of the split to this SVG file" },
  json: jsonOption,
} as const satisfies Record<string, Options>;

type DataOptions = InferredOptionTypes<typeof options> & { readonly what: string; readonly name: string };

export const dataCommand: CommandModule<object, DataOptions> = {
  command: "data <what> <name>",
  describe: "Show a data set and how a partition divides it over clients",
  builder: (cli) =>
    cli
      .positional("what", { type: "string", demandOption: true, choices: ["show"], describe: "What to do" })
      .positional("name", {
        type: "string",
        demandOption: true,
        describe: "The data set, as --data of an agent names it",
      })
      .options(options)
      .example(
        "probselect data show mnist --partition dirichlet:0.3 --out split.svg",
        "Classes of ten clients, as a figure",
      )
      .example("probselect data show './train.csv?id=user' --partition natural", "Whole users to each client")
      .epilogue("Files are converted once, below ~/.cache/probselect/data/files ($XDG_CACHE_HOME)."),
  handler: showData,
};

async function showData(given: ArgumentsCamelCase<DataOptions>): Promise<void> {
  const { parsePartition } = await import("../workloads/partition/parse-partition.ts");
  const { parseDataName } = await import("../workloads/files/parse-data-name.ts");
  const partition = fromOption(() => parsePartition(given.partition));
  fromOption(() => parseDataName(given.name));
  if (!Number.isSafeInteger(given.clients) || given.clients < 1) {
    throw wrongUsage(`--clients must be a whole number from 1, not ${given.clients}.`);
  }
  const { findDataset } = await import("../workloads/find-dataset.ts");
  const { describeData } = await import("./data/describe-data.ts");
  const { dataText } = await import("./data/split-text.ts");
  const dataset = await findDataset(given.name);
  const { clients: clientCount, seed, out } = given;
  const data = await describeData(dataset, { text: given.partition, partition, clientCount, seed });
  if (out !== undefined) await writeFigure(out, data);
  printResult(given.json, { ...data, ...(out !== undefined && { figure: out }) }, () => {
    return [dataText(data), ...(out === undefined ? [] : [`Figure: ${out}`])].join("\n");
  });
}

async function writeFigure(path: string, { dataset, classes, split }: DataDescription): Promise<void> {
  const { splitFigure } = await import("../experiments/data-split/split-figure.ts");
  const { standaloneSvg } = await import("../experiments/report/figures/figure.ts");
  const { openWholeFile } = await import("./calibrate/whole-file.ts");
  const file = await openWholeFile(path);
  try {
    const classNames = classes.map(({ name }) => name);
    const classCounts = classes.map(({ trainingCount }) => trainingCount);
    const { partition, seed } = split;
    await file.write(
      standaloneSvg(splitFigure({ split: { ...split, classCounts }, classNames, dataset, partition, seed })),
    );
  } finally {
    await file.abandon();
  }
}
