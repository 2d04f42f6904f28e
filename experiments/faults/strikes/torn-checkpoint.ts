// A checkpoint that is damaged while the aggregator is down: cut off in its middle, or one bit of the model or of the state that it
// names is another. The start after that passes it over for the one before.

import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cell } from "../cell/cell.ts";
import type { Strike } from "./strike.ts";
import { howItWentOn, warningsOf } from "./words.ts";

const damages: Readonly<Record<string, (run: string, round: number) => Promise<void>>> = {
  "cut off": async (run, round) => {
    const path = join(run, "checkpoints", `round-${round}.json`);
    const { byteLength } = await readFile(path);
    await truncate(path, Math.floor(byteLength / 2));
  },
  "a bit of its model flipped": async (run, round) => {
    const text = await readFile(join(run, "checkpoints", `round-${round}.json`), "utf8");
    const { model } = JSON.parse(text.split("\n")[0] ?? "");
    await flipBit(join(run, "models", `${model.sha256}.safetensors`));
  },
  "a bit of its state flipped": (run, round) => flipBit(join(run, "checkpoints", `round-${round}.state`)),
};

export const tornCheckpoint: Strike = {
  forms: Object.keys(damages),
  async run(cell, phase, form) {
    await cell.begin({ killAt: phase });
    cell.startAgent(2);
    cell.startOthers(phase);
    await cell.reach(phase);
    await cell.aggregator.exited;
    const round = await latestCheckpoint(cell);
    await damages[form]?.(cell.folder, round);
    cell.startAggregator();
    cell.startLast(phase);
    if (round === 0) return startAnew(cell);
    await cell.finish();
    if (!warningsOf(cell.timeline).some((warning) => warning.includes(`checkpoint of round ${round} `))) {
      throw new Error(`Nobody was told of the damaged checkpoint of round ${round}.`);
    }
    return `the checkpoint of round ${round} is passed over, and the journal says so; started again, ${howItWentOn(cell.timeline)}`;
  },
};

/** There is none before the first: whoever runs the aggregator is asked. */
async function startAnew(cell: Cell): Promise<string> {
  await cell.aggregator.exited;
  const words = cell.aggregator.stderr();
  if (!words.includes("server.other-run")) throw new Error(`The start was to be refused, but it said: ${words}`);
  cell.startAggregator({ resume: "never" });
  await cell.finish();
  return "no checkpoint is left: the start is refused (server.other-run) until it is told to begin anew";
}

async function latestCheckpoint({ folder }: Cell): Promise<number> {
  const names = await readdir(join(folder, "checkpoints"));
  return Math.max(...names.flatMap((name) => /^round-(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number));
}

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.byteLength / 2);
  bytes[middle] = (bytes[middle] as number) ^ 1;
  await writeFile(path, bytes);
}
