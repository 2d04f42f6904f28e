// The runs that nothing happens to: what a struck run must end with, bit for bit, and how long its phases last undisturbed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AGENTS, agentName, type Phase, phases, ROUNDS, STRUCK_AGENT } from "../fault.ts";
import { Cell } from "./cell.ts";
import { type Examination, examine } from "./examine.ts";
import { undisturbedSeconds } from "./recovery-time.ts";

export interface References {
  readonly undisturbedSeconds: ReadonlyMap<Phase, number>;
  /** Of the final model. @throws {Error} for a choice of clients that no undisturbed run is made for. */
  modelSha256(selected: Examination["selected"]): Promise<string>;
}

export async function makeReferences(): Promise<References> {
  const { entries, modelSha256 } = await inFolder(runUndisturbed);
  let withoutStruck: Promise<string> | undefined;
  return {
    undisturbedSeconds: new Map(phases.map((phase) => [phase, undisturbedSeconds(entries, phase)])),
    async modelSha256(selected) {
      const rounds = [...selected.values()].map((names) => names.length);
      if (rounds.length === ROUNDS && rounds.every((size) => size >= AGENTS)) return modelSha256;
      if (!isWithoutStruckInTheLast(selected)) {
        throw new Error(`The rounds have other clients than planned: ${JSON.stringify([...selected])}.`);
      }
      withoutStruck ??= inFolder(runWithoutStruckInTheLast);
      return withoutStruck;
    },
  };
}

/** Whether the struck agent was away when the last round was planned, and nobody else was ever. */
export function isWithoutStruckInTheLast(selected: Examination["selected"]): boolean {
  return [...selected].every(([round, names]) =>
    round === ROUNDS
      ? names.length === AGENTS - 1 && !names.includes(agentName(STRUCK_AGENT))
      : names.length === AGENTS,
  );
}

async function runUndisturbed(folder: string) {
  const cell = await Cell.open({ folder });
  try {
    await cell.begin();
    for (let number = 1; number <= AGENTS; number++) cell.startAgent(number);
    await cell.finish();
    const { entries } = cell.timeline;
    return { entries, modelSha256: (await examine(folder, entries)).modelSha256 };
  } finally {
    await cell.close();
  }
}

/** A run of one round less, to which the last is added while the struck agent stays away. */
async function runWithoutStruckInTheLast(folder: string): Promise<string> {
  for (const rounds of [ROUNDS - 1, ROUNDS]) {
    const isLast = rounds === ROUNDS;
    const liveness = { heartbeatSeconds: 0.5, heartbeatPatienceSeconds: 1, restartGraceSeconds: isLast ? 2 : 30 };
    const cell = await Cell.open({ folder, changes: { rounds, liveness } });
    try {
      await cell.begin(isLast ? { resume: "always" } : {});
      for (let number = 1; number <= AGENTS; number++) {
        if (!isLast || number !== STRUCK_AGENT) cell.startAgent(number);
      }
      await cell.finish();
    } finally {
      await cell.close();
    }
  }
  const { selected, modelSha256 } = await examine(folder, []);
  if (!isWithoutStruckInTheLast(selected)) throw new Error("The struck agent was not to be in the last round.");
  return modelSha256;
}

async function inFolder<Result>(run: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "probselect-faults-"));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
