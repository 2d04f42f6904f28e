// Runs one cell of the matrix, in all the forms of its fault, and says whether it holds.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { counted } from "../../foundation/counted.ts";
import { messageOf } from "../../foundation/errors.ts";
import { Cell } from "./cell/cell.ts";
import { examine } from "./cell/examine.ts";
import { recoverySeconds } from "./cell/recovery-time.ts";
import { isWithoutStruckInTheLast, type References } from "./cell/references.ts";
import { agentName, type CellResult, type Fault, type Phase, ROUNDS, STRUCK_AGENT } from "./fault.ts";
import { strikes } from "./strikes/find-strike.ts";
import type { Prepared } from "./strikes/strike.ts";

interface Form extends Omit<CellResult, "fault" | "phase" | "undisturbedSeconds"> {
  /** "" where the fault has one form. */
  readonly name: string;
}

export async function runCell(fault: Fault, phase: Phase, references: References): Promise<CellResult> {
  const forms: Form[] = [];
  for (const name of strikes[fault].forms ?? [""]) forms.push(await runForm(fault, phase, { name, references }));
  const sum = (count: (form: Form) => number) => forms.reduce((total, form) => total + count(form), 0);
  const times = forms.map((form) => form.recoverySeconds);
  return {
    fault,
    phase,
    outcome: joined(forms),
    recoverySeconds: times.includes(null) ? null : Math.max(...times.map(Number)),
    undisturbedSeconds: references.undisturbedSeconds.get(phase) ?? 0,
    lostUpdates: sum(({ lostUpdates }) => lostUpdates),
    doubleCounted: sum(({ doubleCounted }) => doubleCounted),
    problems: forms.flatMap(({ problems }) => problems),
  };
}

async function runForm(
  fault: Fault,
  phase: Phase,
  { name, references }: { readonly name: string; readonly references: References },
): Promise<Form> {
  const { prepare, run } = strikes[fault];
  const folder = await mkdtemp(join(tmpdir(), "probselect-fault-"));
  const prepared: Prepared = (await prepare?.({ folder })) ?? { options: { folder }, giveBack: async () => {} };
  const cell = await Cell.open(prepared.options);
  try {
    return await judge(cell, phase, { what: await run(cell, phase, name, prepared.partition), form: name, references });
  } catch (thrown) {
    const problem = `${name === "" ? "" : `${name}: `}${messageOf(thrown)}`;
    return {
      name,
      outcome: messageOf(thrown),
      recoverySeconds: null,
      lostUpdates: 0,
      doubleCounted: 0,
      problems: [problem],
    };
  } finally {
    await cell.close();
    await prepared.giveBack();
    await rm(folder, { recursive: true, force: true });
  }
}

async function judge(
  cell: Cell,
  phase: Phase,
  { what, form, references }: { readonly what: string; readonly form: string; readonly references: References },
): Promise<Form> {
  const { entries } = cell.timeline;
  const { modelSha256, selected, misses, lostUpdates, doubleCounted } = await examine(cell.folder, entries);
  const expected = await references.modelSha256(selected);
  const recovery = cell.struckAt === undefined ? null : recoverySeconds(entries, phase, cell.struckAt);
  const absence = isWithoutStruckInTheLast(selected)
    ? `; ${agentName(STRUCK_AGENT)} was away when round ${ROUNDS} was planned and is not in it`
    : "";
  const where = form === "" ? "" : `${form}: `;
  const problems = [
    ...(modelSha256 === expected
      ? []
      : [`the model is ${modelSha256.slice(0, 12)} instead of ${expected.slice(0, 12)}`]),
    ...misses,
    ...(lostUpdates === 0 ? [] : [`${counted(lostUpdates, "accepted update was", "accepted updates were")} lost`]),
    ...(doubleCounted === 0 ? [] : [`${counted(doubleCounted, "update counts", "updates count")} twice`]),
    ...(recovery === null ? ["the struck round has no end"] : []),
  ];
  return {
    name: form,
    outcome: `${what}${absence}`,
    recoverySeconds: recovery,
    lostUpdates,
    doubleCounted,
    problems: problems.map((problem) => `${where}${problem}`),
  };
}

/** The forms that came to the same share a sentence. */
function joined(forms: readonly Form[]): string {
  const outcomes = [...new Set(forms.map(({ outcome }) => outcome))];
  const of = (outcome: string) => forms.filter((form) => form.outcome === outcome).map(({ name }) => name);
  return outcomes.map((outcome) => [of(outcome).join(", "), outcome].filter((one) => one !== "").join(": ")).join("; ");
}
