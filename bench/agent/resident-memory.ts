// What the kernel counts of a process' memory, its threads included (Linux' /proc).

import { readFileSync } from "node:fs";

/** Bytes in memory now, those of its child processes included. */
export function residentBytes(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + residentBytes(child), bytesOf(pid, "VmRSS"));
}

/** The most that the process itself, without its children, has had in memory since its start. */
export function peakResidentBytes(pid: number): number {
  return bytesOf(pid, "VmHWM");
}

/** 0 for a process that has just ended. */
function bytesOf(pid: number, field: string): number {
  const [, kibibytes = 0] = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kibibytes) * 1024;
}

function childrenOf(pid: number): readonly number[] {
  return (read(`/proc/${pid}/task/${pid}/children`).match(/\d+/g) ?? []).map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
