// Runs the fault matrix (docs/faults.md) and prints its table:
//   npm run faults [-- --fault NAME] [--phase NAME] [--parallel 3] [--json | --markdown]
// With --json one object a cell, with --markdown the table of docs/faults.md, which is also written there. Exits 1 if a cell does not
// hold.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeReferences } from "../experiments/faults/cell/references.ts";
import { type CellResult, faults, phases } from "../experiments/faults/fault.ts";
import { markdownTable, terminalTable } from "../experiments/faults/matrix-table.ts";
import { runMatrix } from "../experiments/faults/run-matrix.ts";

const page = fileURLToPath(new URL("../docs/faults.md", import.meta.url));
const BEGIN = "<!-- npm run faults -- --markdown -->\n";
const END = "<!-- end of the table -->";

const { values: given } = parseArgs({
  options: {
    fault: { type: "string", multiple: true },
    phase: { type: "string", multiple: true },
    parallel: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
  },
});

function chosen<Name extends string>(what: string, names: readonly Name[], wanted: readonly string[] | undefined) {
  const unknown = wanted?.find((name) => !names.some((known) => known === name));
  if (unknown !== undefined) {
    console.error(`There is no ${what} "${unknown}". Known: ${names.join(", ")}.`);
    process.exit(2);
  }
  return names.filter((name) => wanted === undefined || wanted.includes(name));
}

const started = performance.now();
const chosenFaults = chosen("fault", faults, given.fault);
const chosenPhases = chosen("phase", phases, given.phase);
const parallel = Number(given.parallel);
if (!Number.isInteger(parallel) || parallel < 1) {
  console.error(`--parallel takes a whole number of cells from 1 on, not "${given.parallel}".`);
  process.exit(2);
}
const count = chosenFaults.length * chosenPhases.length;

function tell({ fault, phase, problems }: CellResult, left: number): void {
  const seconds = (performance.now() - started) / 1000;
  const secondsLeft = Math.round((seconds / (count - left)) * left);
  const verdict = problems.length === 0 ? "holds" : `FAILED: ${problems.join("; ")}`;
  console.error(`[${count - left}/${count}, about ${secondsLeft} s left] ${fault} at ${phase}: ${verdict}`);
}

console.error("The run without a fault, for comparison ...");
const results = await runMatrix({
  faults: chosenFaults,
  phases: chosenPhases,
  references: await makeReferences(),
  parallel,
  onCell: tell,
});
if (given.json) {
  for (const { problems: _problems, undisturbedSeconds: _undisturbed, ...cell } of results)
    console.log(JSON.stringify(cell));
} else if (given.markdown) {
  const table = markdownTable(results);
  console.log(table);
  const text = readFileSync(page, "utf8");
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (count === faults.length * phases.length && before >= 0 && after > before) {
    writeFileSync(page, `${text.slice(0, before + BEGIN.length)}\n${table}\n${text.slice(after)}`);
  }
} else {
  console.log(terminalTable(results, process.stdout.columns ?? 140));
}
const failed = results.filter(({ problems }) => problems.length > 0).length;
console.error(
  `${results.length - failed} of ${results.length} cells hold, in ${((performance.now() - started) / 1000).toFixed(0)} s.`,
);
process.exit(failed === 0 ? 0 : 1);
