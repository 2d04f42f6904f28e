// `probselect client`: an agent that trains on this machine's own data for an aggregator.

import { hostname } from "node:os";
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes, Options } from "yargs";
import { stateFile } from "../client/state-file.ts";
import { wallClock } from "../foundation/clock.ts";
import { counted } from "../foundation/counted.ts";
import type { CatalogueDevice, DeviceReport } from "../selection/types.ts";
import { accessOptions, statedAccess } from "./access-options.ts";
import { backendOption, parseBackends } from "./backend-option.ts";
import { agentLog } from "./client/agent-log.ts";
import { backendWords } from "./client/backend-words.ts";
import { describeThisDevice } from "./client/describe-this-device.ts";
import { deviceFigureOptions, gpuNameOption, statedFigures } from "./device-options.ts";
import { energyOptions, statedEnergy } from "./energy-options.ts";
import { gpuNameWarnings } from "./gpu-name-warnings.ts";
import { assumedLink, chosenLink, formatRates, formatSpread, linkOptions } from "./link-options.ts";
import { maskOptions, maskWords, statedMaskTerms } from "./mask-options.ts";
import { jsonOption, printJson } from "./output.ts";
import { privacyOptions, statedPrivacy } from "./privacy-options.ts";
import { fromOption, wrongUsage } from "./wrong-usage.ts";

const options = {
  server: { type: "string", demandOption: true, requiresArg: true, describe: "URL of the aggregator" },
  id: { type: "string", requiresArg: true, describe: "This client's name in the run (default: host name and process)" },
  data: {
    type: "string",
    default: "mnist",
    requiresArg: true,
    describe: "Data set: mnist, ./train.csv, images:./folder, ... or a module (docs/data-and-models.md)",
  },
  partition: {
    type: "string",
    default: "iid",
    requiresArg: true,
    describe: "Split over the clients: iid, dirichlet:ALPHA, shards:N, quantity:ALPHA, labels:K or natural",
  },
  shard: { type: "string", default: "1/1", requiresArg: true, describe: "This client's share, as NUMBER/COUNT" },
  "partition-seed": {
    type: "number",
    default: 1,
    requiresArg: true,
    describe: "Seed of the split; the same for all clients",
  },
  "maximum-examples": { type: "number", requiresArg: true, describe: "Train on at most so many examples" },
  stream: {
    type: "boolean",
    describe: "Read the examples batch by batch (default: where they take more than a quarter of the memory)",
  },
  "checkpoint-seconds": {
    type: "number",
    default: 30,
    requiresArg: true,
    describe: "Keep a training's state so often, to go on there after a restart; 0 never does",
  },
  backend: {
    ...backendOption,
    describe: `${backendOption.describe}, or several with commas. Of several, and of all that work with auto, the aggregator chooses`,
  },
  device: gpuNameOption,
  "gpu-index": { type: "number", requiresArg: true, describe: "Which of several GPUs trains (default 0)" },
  ...deviceFigureOptions,
  emulate: { type: "string", requiresArg: true, describe: "Train here, but report when this GPU would have finished" },
  "emulation-seed": { type: "number", default: 1, requiresArg: true, describe: "Seeds the emulated device's luck" },
  ...linkOptions,
  ...energyOptions,
  label: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "A tag for the aggregator's rules (site:berlin); may be repeated",
  },
  ...maskOptions,
  ...accessOptions,
  ...privacyOptions,
  json: jsonOption,
} as const satisfies Record<string, Options>;

type ClientArguments = ArgumentsCamelCase<InferredOptionTypes<typeof options>>;

export const clientCommand: CommandModule<object, InferredOptionTypes<typeof options>> = {
  command: "client",
  describe: "Run an agent: train on this machine's own data for an aggregator",
  builder: (cli) =>
    cli
      .options(options)
      .example("probselect client --server http://127.0.0.1:7700 --shard 1/3", "The first of three shares of MNIST")
      .example('probselect client --server URL --emulate "Jetson Orin Nano 8 GB" --link lte', "An emulated device")
      .epilogue("The agent reconnects for ever and leaves when the run is over. Ctrl-C stops it."),
  handler: runClient,
};

async function runClient(given: ClientArguments): Promise<void> {
  const { say, onEvent } = agentLog(process.stderr, wallClock);
  const setup = await trainingSetup(given);
  const figures = statedFigures(given);
  const emulated =
    given.emulate === undefined ? undefined : await findEmulated({ kind: "gpu", name: given.emulate, ...figures });
  // An emulated device stands somewhere else.
  const link = chosenLink(given) ?? assumedLink(emulated ? undefined : given.server);
  const energy = statedEnergy(given);
  const clientId = given.id ?? defaultClientId();
  const maskTerms = statedMaskTerms(given);
  const { access, warnings } = await statedAccess(given, clientId);
  for (const warning of warnings) say(`warning ${warning}`);
  const privacy = await statedPrivacy(given);
  // Loaded here: --help and wrong usage need no tensor library.
  const [
    { WorkerTrainer },
    { runAgent },
    { formatPrivacy },
    { deviceSummary },
    { resolveDevice },
    { classWords, examplesFacts, wholeSetHint },
  ] = await Promise.all([
    import("../client/training/worker-trainer.ts"),
    import("../client/agent.ts"),
    import("../client/format-agent-event.ts"),
    import("../selection/devices/device-summary.ts"),
    import("../selection/devices/resolve-device.ts"),
    import("./client/examples-facts.ts"),
  ]);
  const interruption = new AbortController();
  const stop = () => {
    // The second Ctrl-C does not wait for anything.
    if (interruption.signal.aborted) process.exit(1);
    interruption.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const { data, backend: wishes } = setup;
  const checkpoint = statedCheckpoint(given, clientId);
  const trainer = await WorkerTrainer.start({ data, backend: wishes.first, checkpoint }, say);
  try {
    const described = emulated
      ? { report: emulated.report, why: "emulated", warnings: [], notes: [], others: [] }
      : await describeThisDevice(given, { figures, backend: trainer.backend, others: wishes.others });
    const { report, why, others } = described;
    for (const line of backendWords(trainer.backend, given.verbose === true)) say(line);
    const resolved = resolveDevice(report);
    for (const note of described.notes) say(`hardware ${note}`);
    say(`device ${deviceSummary(resolved)}; ${why}`);
    for (const other of others) say(`it can train with ${other.backend} too: ${other.device.name}`);
    for (const warning of [...described.warnings, ...resolved.warnings]) say(`warning ${warning}`);
    say(`link ${formatRates(link.link)}; ${link.why}`);
    say(`link's ${formatSpread(link)}; ${link.spreadWhy}`);
    const examples = examplesFacts(given, trainer.examples);
    const streamed = trainer.isStreamed ? ", read batch by batch" : "";
    say(
      `data ${given.data}, ${given.partition}, share ${given.shard}: ${counted(trainer.exampleCount, "example")}${streamed}${wholeSetHint(examples)}`,
    );
    const classes = classWords(given.data, trainer.examples.names);
    if (classes) say(classes);
    if (privacy) say(`local privacy: ${formatPrivacy(privacy)}`);
    say(maskWords(maskTerms));
    const result = await runAgent(
      {
        serverUrl: given.server,
        access,
        registration: {
          clientId,
          device: report,
          link: link.link,
          exampleCount: trainer.exampleCount,
          examples,
          backend: trainer.backend.name,
          ...(others.length > 0 && { otherBackends: [...others] }),
          labels: given.label ?? [],
          energy,
        },
        trainer,
        privacy,
        clock: wallClock,
        maskTerms,
        emulation: emulated && { device: emulated.device, seed: given.emulationSeed },
        onEvent,
      },
      interruption.signal,
    );
    if (given.json) printJson(result);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    await trainer.close();
  }
}

async function trainingSetup(given: ClientArguments) {
  const { parsePartition } = await import("../workloads/partition/parse-partition.ts");
  const { parseDataName } = await import("../workloads/files/parse-data-name.ts");
  // The training thread reads the data; a misspelt option is told before it starts.
  fromOption(() => parseDataName(given.data));
  if (!URL.canParse(given.server) || !/^https?:/.test(given.server)) {
    throw wrongUsage(`--server must be a URL such as http://127.0.0.1:7700, not "${given.server}".`);
  }
  const [, number, count] = /^(\d+)\/(\d+)$/.exec(given.shard)?.map(Number) ?? [];
  if (!number || !count || number > count) {
    throw wrongUsage(`--shard must be NUMBER/COUNT such as 1/3, not "${given.shard}".`);
  }
  return {
    data: {
      datasetName: given.data,
      partition: fromOption(() => parsePartition(given.partition)),
      shard: { index: number - 1, count },
      seed: given.partitionSeed,
      maximumExamples: given.maximumExamples,
      ...(given.stream !== undefined && { streamAboveBytes: given.stream ? 0 : Number.POSITIVE_INFINITY }),
    },
    backend: parseBackends(given.backend),
  };
}

/** @throws {ProbSelectError} cli.wrong-usage */
function statedCheckpoint({ checkpointSeconds, server }: ClientArguments, clientId: string) {
  if (!(checkpointSeconds >= 0)) throw wrongUsage(`--checkpoint-seconds must be 0 or more, not ${checkpointSeconds}.`);
  if (checkpointSeconds === 0) return undefined;
  const path = stateFile([new URL(server).host, `${clientId}.training`]);
  return { path, everySeconds: checkpointSeconds };
}

/** @throws {ProbSelectError} cli.wrong-usage: an emulated device needs a catalogue row, since its times are computed from it. */
async function findEmulated(report: DeviceReport): Promise<{ report: DeviceReport; device: CatalogueDevice }> {
  const { resolveDevice } = await import("../selection/devices/resolve-device.ts");
  const resolved = resolveDevice(report);
  if (resolved.kind === "known") return { report, device: resolved.device };
  throw wrongUsage(
    `--emulate needs a GPU of the catalogue. ${[...gpuNameWarnings(report.name), ...resolved.warnings].join(" ")}`,
  );
}

const defaultClientId = () =>
  `${hostname()
    .replace(/[^\w.-]/g, "-")
    .slice(0, 40)}-${process.pid}`;
