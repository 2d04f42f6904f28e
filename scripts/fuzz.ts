// `npm run fuzz -- --inputs 100000 --seed 1 --json`: hostile inputs against a running aggregator, the selection service and agents
// (docs/fuzzing.md). Progress on stderr, counts on stdout; exits 1 if something was found, which is kept as a file.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Finding } from "../experiments/fuzz/findings.ts";
import { type FuzzResult, runFuzz } from "../experiments/fuzz/run-fuzz.ts";

const usage = `npm run fuzz -- [--inputs 100000] [--seed 1] [--only INDEX] [--json] [--out runs/fuzz]

Plays hostile inputs against a running aggregator, the selection service and agents (docs/fuzzing.md). Exits 1 if one of them crashed,
hung, leaked or changed the model; what did is shown and kept.

  --inputs  how many; 100,000 take about 40 minutes on two cores
  --seed    of the inputs; an odd one has plain updates, an even one coded ones
  --only    plays one input, by its index, as a finding names it
  --json    counts and findings as JSON on stdout
  --out     folder for findings`;

interface Orders {
  readonly seed: number;
  readonly firstIndex: number;
  readonly inputs: number;
  readonly json: boolean;
  readonly folder: string;
}

/** What was asked for; undefined if it makes no sense. */
function ordersOf(): Orders | "help" | undefined {
  const { values: given } = parseArgs({
    options: {
      inputs: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
      out: { type: "string", default: "runs/fuzz" },
      help: { type: "boolean", default: false },
    },
  });
  if (given.help) return "help";
  const firstIndex = Number(given.only ?? 0);
  const inputs = given.only === undefined ? Number(given.inputs) : 1;
  const seed = Number(given.seed);
  const areWhole = [firstIndex, inputs, seed].every(Number.isSafeInteger);
  return areWhole && inputs > 0 && firstIndex >= 0
    ? { seed, firstIndex, inputs, json: given.json, folder: given.out }
    : undefined;
}

function showProgress(inputs: number) {
  return (played: number, seconds: number) => {
    const left = Math.round((seconds / played) * (inputs - played));
    process.stderr.write(`\r${played} of ${inputs} inputs, ${Math.round(seconds)} s, about ${left} s left    `);
  };
}

function tell({ kind, index, batchStart, what }: Finding): void {
  console.error(`\n${kind} ${index ?? `batch from ${batchStart}`}: ${what.slice(0, 500)}`);
}

function print(result: FuzzResult): void {
  const { inputs, seconds, rounds, modelSha256, counts, memory, findings } = result;
  console.log(`${inputs} inputs in ${rounds} rounds, ${seconds.toFixed(1)} s, ${findings.length} findings`);
  for (const [kind, answers] of Object.entries(counts)) {
    const total = Object.values(answers).reduce((sum, count) => sum + count, 0);
    const most = Object.entries(answers).slice(0, 8);
    console.log(`${kind}: ${total} (${most.map(([answer, count]) => `${answer} ${count}`).join(", ")})`);
  }
  console.log(`model under fuzz ${modelSha256.underFuzz}, alone ${modelSha256.alone}`);
  console.log(`memory in MiB after the first batch, at a fifth, at half, at the end: ${JSON.stringify(memory)}`);
}

function keep(folder: string, seed: number, findings: readonly Finding[]): void {
  mkdirSync(folder, { recursive: true });
  for (const [number, finding] of findings.entries()) {
    if (finding.index !== undefined) console.error(`Again: npm run fuzz -- --seed ${seed} --only ${finding.index}`);
    const name = `seed-${seed}-${finding.index ?? `batch-${finding.batchStart}`}-${number}.json`;
    writeFileSync(join(folder, name), `${JSON.stringify({ seed, ...finding }, null, 2)}\n`);
  }
  console.error(`Kept in ${folder}.`);
}

async function main(): Promise<number> {
  const orders = ordersOf();
  if (orders === "help") {
    console.log(usage);
    return 0;
  }
  if (!orders) {
    console.error(`Whole numbers are needed: ${usage}`);
    return 2;
  }
  const { seed, firstIndex, inputs, json, folder } = orders;
  const result = await runFuzz({ seed, firstIndex, inputs, onProgress: showProgress(inputs), onFinding: tell });
  process.stderr.write("\n");
  if (json) console.log(JSON.stringify(result));
  else print(result);
  if (result.findings.length === 0) return 0;
  keep(folder, seed, result.findings);
  return 1;
}

process.exitCode = await main();
