// The matrix as people read it: in the terminal and in docs/faults.md.

import Table from "cli-table3";
import type { CellResult } from "./fault.ts";
import { diskMeans } from "./strikes/disk-full.ts";
import { partitionMeans } from "./strikes/partition.ts";

const titles = ["fault", "phase", "outcome", "recovery s", "undisturbed s", "lost", "double"];

export const matrixNote = `Partitions by ${partitionMeans}; full disks by ${diskMeans}; clock jumps by a patched Date.`;

function cellsOf({ fault, phase, outcome, problems, ...figures }: CellResult): readonly string[] {
  const { recoverySeconds, undisturbedSeconds, lostUpdates, doubleCounted } = figures;
  return [
    fault,
    phase,
    problems.length === 0 ? outcome : `FAILED: ${problems.join("; ")}`,
    recoverySeconds === null ? "-" : recoverySeconds.toFixed(1),
    undisturbedSeconds.toFixed(1),
    String(lostUpdates),
    String(doubleCounted),
  ];
}

/** For a terminal of any width that holds the figures. */
export function terminalTable(results: readonly CellResult[], width: number): string {
  const fixed = [18, 15, 0, 12, 15, 6, 8];
  const outcome = Math.max(30, width - fixed.reduce((sum, one) => sum + one, fixed.length + 1));
  const table = new Table({
    head: titles,
    colWidths: fixed.map((one) => one || outcome),
    wordWrap: true,
    style: { head: [], border: [] },
  });
  table.push(...results.map((result) => [...cellsOf(result)]));
  return `${table.toString()}\n${matrixNote}`;
}

export function markdownTable(results: readonly CellResult[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = ["---", "---", "---", "--:", "--:", "--:", "--:"];
  const rows = [titles, rule, ...results.map(cellsOf)].map(row);
  return `${rows.join("\n")}\n\n${matrixNote}\n`;
}
