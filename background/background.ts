// Work that keeps its thread busy, done where it keeps nobody waiting: in a worker thread, or in a process of its own for code that can
// take its whole process down (GPU drivers). Both speak the same few messages; the other end is background-port.ts.

import { startProcess } from "./background-process.ts";
import { startThread } from "./background-thread.ts";
import type { Background, BackgroundEntry, BackgroundEvents } from "./background-types.ts";

export type BackgroundKind = "thread" | "process";

/** Starts a module that opens a background port. */
export function startBackground<Request, Reply>(
  kind: BackgroundKind,
  entry: BackgroundEntry,
  events: BackgroundEvents<Reply>,
): Background<Request> {
  return kind === "thread" ? startThread(entry, events) : startProcess(entry, events);
}

export type { Background } from "./background-types.ts";
