// Secure aggregation in real runs: agents in processes of their own, real sockets, real kills. The models are compared with the plain
// mean of the same trainings.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../../experiments/faults/cell/free-port.ts";
import { encodeParameterFile } from "../../models/parameter-file.ts";
import type { ParameterSet } from "../../models/parameter-set.ts";
import { encodeUpdate } from "../../protocol/secure-aggregation/fixed-point.ts";
import { effectiveRecords } from "../../server/journal/effective-records.ts";
import type { AggregatorEvent, JournalRecord } from "../../server/journal/events.ts";
import { readJournal } from "../../server/journal/read-journal.ts";
import { startTestRun, type TestRun } from "../server/support/tiny-run.ts";
import { killSpawned, spawnProgram } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  AGENTS,
  distance,
  firstModel,
  HALF_STEP,
  namesOf,
  numbers,
  plainMean,
  readModel,
  runConfig,
  secure,
  secureParts,
  startAgent,
  trained,
} from "./secure/secure-run.ts";

const folder = temporaryFolder();
afterEach(killSpawned);

interface SecureTestRun extends TestRun {
  /** After each round that brought one. */
  readonly models: readonly ParameterSet[];
}

async function startRun(
  config: Readonly<Record<string, unknown>> = {},
  onEvent: (event: AggregatorEvent) => void = () => {},
): Promise<SecureTestRun> {
  const models: ParameterSet[] = [];
  const parts = secureParts((parameters) => models.push(parameters));
  const limits = { partBytes: 1024 };
  const run = await startTestRun({ ...runConfig, aggregation: { secure }, ...config }, { parts, limits, onEvent });
  return { ...run, models };
}

const endsOf = (records: readonly JournalRecord[], round: number) =>
  Object.fromEntries(
    records.flatMap((record) =>
      record.type === "client-ended" && record.round === round ? [[record.outcome.clientId, record.outcome]] : [],
    ),
  );
const sumsOf = (records: readonly JournalRecord[]) =>
  records.flatMap((record) => (record.type === "secure-round-ended" ? [record] : []));

async function recordsIn(path: string): Promise<readonly JournalRecord[]> {
  return (await readJournal(join(path, "journal.ndjson"))).records;
}

/** Five processes start on a machine that may be busy. */
const timeout = 240_000;

describe("a secure run of five agents", { timeout }, () => {
  it("has the models of plain FedAvg within half a coding step, and never an update in its spool", async () => {
    const seen: Uint32Array[] = [];
    const place: { folder?: string } = {};
    await using run = await startRun({}, (event) => {
      if (event.type !== "client-progress" || event.phase !== "uploading" || place.folder === undefined) return;
      if (event.round === 1) seen.push(...spooled(join(place.folder, "spool")));
    });
    place.folder = run.folder;
    const agents = numbers.map((number) => startAgent({ serverUrl: run.url, number }));
    const summary = await run.finished;
    expect(summary).toMatchObject({ rounds: 2, failedRounds: 0, sloCompliance: 1 });
    const [first, second] = run.models as [ParameterSet, ParameterSet];
    expect(distance(first, await plainMean(numbers, 1, firstModel()))).toBeLessThan(HALF_STEP);
    expect(distance(second, await plainMean(numbers, 2, first))).toBeLessThan(HALF_STEP);
    // What is compared has moved by far more than that.
    expect(distance(second, firstModel())).toBeGreaterThan(100 * HALF_STEP);

    const plain = await plainWords();
    expect(seen.some((words) => words.length > 1000)).toBe(true);
    for (const words of seen) {
      // Of words that say nothing, one in 2^32 / plain.size is among them by chance; zeros have not been written yet.
      expect(words.filter((word) => word !== 0 && plain.has(word)).length).toBeLessThan(5);
    }
    expect(spooled(join(run.folder, "spool"))).toEqual([]);

    const records = await recordsIn(run.folder);
    const everybody = { invitedClientIds: namesOf(numbers), survivorClientIds: namesOf(numbers), weight: AGENTS * 40 };
    expect(sumsOf(records)).toMatchObject([
      { round: 1, ...everybody },
      { round: 2, ...everybody },
    ]);
    expect(records.filter(({ type }) => type === "update-accepted")).toEqual([]);
    for (const agent of agents) {
      expect((await agent.exit).code).toBe(0);
      const told = /masked 1\n(.*\n)*task-ended 1 committed\n(.*\n)*masked 2\n(.*\n)*task-ended 2 committed/;
      expect(agent.stderr()).toMatch(told);
    }
  });

  it("loses one between its confirmation and its masked input: the round has the mean of the others", async () => {
    await using run = await startRun();
    for (const number of numbers) {
      const whenMasked = number === 3 ? ({ round: 1, signal: "SIGKILL" } as const) : undefined;
      startAgent({ serverUrl: run.url, number, whenMasked });
    }
    const summary = await run.finished;
    expect(summary).toMatchObject({ rounds: 2, failedRounds: 0 });
    const survivors = [1, 2, 4, 5];
    const [first, second] = run.models as [ParameterSet, ParameterSet];
    expect(distance(first, await plainMean(survivors, 1, firstModel()))).toBeLessThan(HALF_STEP);
    expect(distance(second, await plainMean(survivors, 2, first))).toBeLessThan(HALF_STEP);
    const records = await recordsIn(run.folder);
    expect(sumsOf(records)[0]).toMatchObject({
      invitedClientIds: namesOf(numbers),
      survivorClientIds: namesOf(survivors),
      weight: 160,
    });
    expect(endsOf(records, 1)).toMatchObject({
      ...Object.fromEntries(namesOf(survivors).map((name) => [name, { status: "completed" }])),
      "agent-3": {
        status: "unresponsive",
        reason: 'It disconnected in the phase "masked input" of secure aggregation.',
      },
    });
  });

  it("loses too many: the round fails with the reason, the model stays, and the next round goes on with the others", async () => {
    await using run = await startRun();
    for (const number of numbers) {
      const whenMasked = number <= 2 ? ({ round: 1, signal: "SIGKILL" } as const) : undefined;
      startAgent({ serverUrl: run.url, number, whenMasked });
    }
    const summary = await run.finished;
    expect(summary).toMatchObject({ rounds: 2, failedRounds: 1 });
    expect(run.models).toHaveLength(1);
    // The second round began from the first model.
    expect(distance(run.models[0] as ParameterSet, await plainMean([3, 4, 5], 2, firstModel()))).toBeLessThan(
      HALF_STEP,
    );
    const records = await recordsIn(run.folder);
    const code = "secure-aggregation.too-few-clients";
    expect(sumsOf(records)[0]).toMatchObject({ round: 1, survivorClientIds: [], code });
    expect(records.find((record) => record.type === "round-finished")).toMatchObject({
      outcome: { status: "failed", reason: expect.stringContaining(code), modelVersion: 0 },
    });
    const ends = endsOf(records, 1);
    expect(Object.keys(ends)).toHaveLength(AGENTS);
    expect(ends["agent-4"]).toMatchObject({ status: "failed", reason: expect.stringContaining(code) });
  });
});

describe("an aggregator that is killed in the middle of a secure round", { timeout }, () => {
  it("begins the round anew with the same agents, counts nobody twice and comes to the run's end", async () => {
    const port = await freePort();
    const config = { ...runConfig, aggregation: { secure }, port, outputDirectory: folder.path };
    const start = () => spawnProgram("test/integration/secure/aggregator-process.ts", JSON.stringify(config));
    const first = start();
    const [, serverUrl = ""] = await first.saying(/Listening on (\S+);/);
    const agents = numbers.map((number) => {
      // It stands still, and the round waits for its masked input, until the aggregator is dead.
      const whenMasked = number === 1 ? ({ round: 1, signal: "SIGSTOP" } as const) : undefined;
      return startAgent({ serverUrl, number, whenMasked });
    });
    for (const agent of agents) await agent.saying(/masked 1/);
    first.process.kill("SIGKILL");
    await first.exit;
    agents[0]?.process.kill("SIGCONT");

    const second = start();
    const { code } = await second.exit;
    expect(second.stderr()).not.toMatch(/Error/);
    expect(code).toBe(0);
    const models = [...second.stderr().matchAll(/model (\S+);/g)].map(([, path]) => path ?? "");
    expect(models).toHaveLength(2);
    const [one, two] = [await readModel(models[0] ?? ""), await readModel(models[1] ?? "")];
    expect(distance(one, await plainMean(numbers, 1, firstModel()))).toBeLessThan(HALF_STEP);
    expect(distance(two, await plainMean(numbers, 2, one))).toBeLessThan(HALF_STEP);

    const records = await recordsIn(folder.path);
    expect(records.find((record) => record.type === "run-resumed")).toMatchObject({
      ...{ nextRound: 1, continuesRound: false, acceptedUpdateCount: 0 },
      warnings: ["Round 1 was secure: its keys went with the process, and it begins anew with others."],
    });
    const effective = effectiveRecords(records);
    expect(sumsOf(effective)).toMatchObject([
      { round: 1, survivorClientIds: namesOf(numbers) },
      { round: 2, survivorClientIds: namesOf(numbers) },
    ]);
    const ends = effective.flatMap((record) => (record.type === "client-ended" ? [record.outcome.status] : []));
    expect(ends).toEqual(Array.from({ length: 2 * AGENTS }, () => "completed"));
    for (const agent of agents) expect((await agent.exit).code).toBe(0);
  });
});

/** The files under a folder, as words. */
function spooled(path: string): readonly Uint32Array[] {
  const files = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".part"));
  return files.map((name) => wordsOf(readFileSync(join(path, name))));
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes.subarray(0, bytes.byteLength - (bytes.byteLength % 4))).buffer);
}

/** Every word of the files that the agents would send in the first round without masks, as they are or coded for the sum. */
async function plainWords(): Promise<ReadonlySet<number>> {
  const words = new Set<number>();
  const coding = { ...secure, maximumClients: AGENTS };
  for (const number of numbers) {
    const parameters = await trained(number, 1, firstModel());
    for (const word of wordsOf(encodeParameterFile(parameters))) words.add(word);
    const update = { globalParameters: firstModel(), parameters, exampleCount: 40 };
    for (const word of encodeUpdate(update, coding).vector) words.add(word);
  }
  return words;
}
