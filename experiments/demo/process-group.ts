// Child processes that live and die together: whatever happens to the parent's work, none of them and none of their
// ports stays behind.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

export interface ChildExit {
  readonly name: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningChild {
  readonly name: string;
  readonly exited: Promise<ChildExit>;
  /** Everything that it wrote to stdout so far. */
  readonly stdout: () => string;
  readonly logFile: string;
}

/** Seconds that a child gets to end by itself after SIGTERM before it is killed. */
const GRACE_SECONDS = 5;

export class ProcessGroup {
  readonly #logDirectory: string;
  readonly #running = new Set<ChildProcess>();

  /** @param logDirectory each child's stderr goes to `<logDirectory>/<name>.log`. */
  constructor(logDirectory: string) {
    this.#logDirectory = logDirectory;
  }

  /**
   * Starts another `probselect` with the same Node, loader and entry point as this process.
   *
   * @param stderr "log" writes it to the child's log file, "inherit" shows it on this process's stderr.
   */
  async spawnSelf(name: string, args: readonly string[], stderr: "log" | "inherit"): Promise<RunningChild> {
    await mkdir(this.#logDirectory, { recursive: true });
    const logFile = join(this.#logDirectory, `${name}.log`);
    const [, entry] = process.argv;
    const child = spawn(process.execPath, [...process.execArgv, entry as string, ...args], {
      stdio: ["ignore", "pipe", stderr === "inherit" ? "inherit" : "pipe"],
    });
    this.#running.add(child);
    child.stderr?.pipe(createWriteStream(logFile));
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
    });
    const exited = once(child, "close").then(([code, signal]) => {
      this.#running.delete(child);
      return { name, code, signal } as ChildExit;
    });
    return { name, exited, stdout: () => stdout, logFile };
  }

  /** Asks every child to end, waits, and kills those that do not. Resolves when none is left. */
  async stop(): Promise<void> {
    const children = [...this.#running];
    const closed = Promise.all(children.map((child) => once(child, "close")));
    for (const child of children) child.kill("SIGTERM");
    const timer = setTimeout(() => {
      for (const child of this.#running) child.kill("SIGKILL");
    }, GRACE_SECONDS * 1000);
    await closed;
    clearTimeout(timer);
  }
}
