// The demo: an aggregator and eight agents as separate processes on this machine, real MNIST split non-IID, every agent
// emulating another GPU and link. It trains for real, then compares with what FedLim would have got on the same truth.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ProbSelectError } from "../../foundation/errors.ts";
import { parameterFileByteLength, parameterLayout } from "../../models/parameter-file.ts";
import { findArchitecture } from "../../models/zoo.ts";
import type { RunSummary } from "../../server/journal/events.ts";
import { readJournal } from "../../server/journal/read-journal.ts";
import type { PolicyReplay } from "../replay/replay-policy.ts";
import { writeReport } from "../report/write-report.ts";
import { compareWithFedLim } from "./compare-with-fedlim.ts";
import { type DemoOptions, demoClientArguments, demoServerConfig } from "./demo-config.ts";
import { demoFleet } from "./fleet.ts";
import { findFreePort } from "./free-port.ts";
import { ProcessGroup, type RunningChild } from "./process-group.ts";

/** The demo in numbers; `probselect demo --json` ends with it. */
export interface DemoResult {
  readonly testAccuracy: number | null;
  readonly rounds: number;
  readonly wallSeconds: number;
  /** Completed / selected, over all rounds. */
  readonly sloCompliance: number | null;
  readonly usefulDeviceSeconds: number;
  /** Emulated device-seconds of selected clients whose update was not used. */
  readonly wastedDeviceSeconds: number;
  /** FedLim on the same candidates, deadline, cohort sizes and luck; replayed without training. */
  readonly fedlim: Pick<PolicyReplay, "sloCompliance" | "usefulDeviceSeconds" | "wastedDeviceSeconds">;
  readonly seed: number;
  readonly truthLevel: "L1";
  readonly journal: string;
  readonly report: string;
}

const summarySchema = z.looseObject({ rounds: z.number(), journal: z.string() });

/**
 * Runs the demo. The aggregator's live view goes to this process's stderr, the agents' output to files under
 * `<outputDirectory>/logs`. Whatever happens, no child process is left.
 *
 * @throws {ProbSelectError} experiments.child-failed with the log to read; experiments.interrupted if `signal` aborts.
 */
export async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<DemoResult> {
  const startedSeconds = performance.now() / 1000;
  const { outputDirectory } = options;
  await rm(outputDirectory, { recursive: true, force: true });
  await mkdir(outputDirectory, { recursive: true });
  const children = new ProcessGroup(join(outputDirectory, "logs"));
  try {
    const summary = await runChildren(options, children, signal);
    const { records } = await readJournal(summary.journal);
    const modelBytes = parameterFileByteLength(parameterLayout(findArchitecture(options.model)));
    const comparison = compareWithFedLim(records, options.seed, modelBytes);
    await writeFile(join(outputDirectory, "fedlim.json"), `${JSON.stringify(comparison, null, 2)}\n`);
    const { report } = await writeReport(outputDirectory, records, { comparison });
    const { sloCompliance, usefulDeviceSeconds, wastedDeviceSeconds } = comparison;
    return {
      testAccuracy: summary.testAccuracy,
      rounds: summary.rounds,
      wallSeconds: performance.now() / 1000 - startedSeconds,
      sloCompliance: summary.sloCompliance,
      usefulDeviceSeconds: summary.usefulDeviceSeconds,
      wastedDeviceSeconds: summary.wastedDeviceSeconds,
      fedlim: { sloCompliance, usefulDeviceSeconds, wastedDeviceSeconds },
      seed: options.seed,
      truthLevel: "L1",
      journal: summary.journal,
      report,
    };
  } finally {
    await children.stop();
  }
}

/** Starts the aggregator and the agents and waits for the run's end. */
async function runChildren(options: DemoOptions, children: ProcessGroup, signal: AbortSignal): Promise<RunSummary> {
  const port = await findFreePort();
  const configFile = join(options.outputDirectory, "server.json");
  await writeFile(configFile, `${JSON.stringify(demoServerConfig(options, port), null, 2)}\n`);
  const server = await children.spawnSelf("server", ["server", "--config", configFile, "--fresh", "--json"], "inherit");
  const agents = await Promise.all(
    demoFleet.map((device, index) =>
      children.spawnSelf(device.clientId, demoClientArguments(options, index, port), "log"),
    ),
  );
  const interrupted = new Promise<never>((_, reject) => {
    const fail = () => reject(new ProbSelectError("experiments.interrupted", "The demo was interrupted."));
    if (signal.aborted) fail();
    signal.addEventListener("abort", fail, { once: true });
  });
  const end = await Promise.race([server.exited, interrupted, ...agents.map(failureOf)]);
  if (end.code !== 0) {
    throw new ProbSelectError("experiments.child-failed", `The aggregator ended with code ${end.code}; see above.`);
  }
  return summarySchema.parse(JSON.parse(server.stdout().trim().split("\n").at(-1) ?? "")) as unknown as RunSummary;
}

/** Rejects if an agent fails; an agent that ends well is no reason to stop. */
async function failureOf(agent: RunningChild): Promise<never> {
  const { code, signal } = await agent.exited;
  if (code === 0) return new Promise<never>(() => {});
  throw new ProbSelectError(
    "experiments.child-failed",
    `The agent "${agent.name}" ended with ${signal ?? `code ${code}`}. Its log: ${agent.logFile}`,
  );
}
