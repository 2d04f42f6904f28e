// `probselect` as its users start it: a process of its own, whose output can be waited for.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { compiledPath, repositoryRoot } from "./compiled.ts";

export interface SpawnedCli {
  readonly process: ChildProcess;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the match when stderr (all of it so far) matches; rejects if the process ends before. */
  readonly saying: (pattern: RegExp) => Promise<RegExpExecArray>;
}

const running = new Set<ChildProcess>();

/** Starts `probselect ...args`. */
export function spawnCli(...args: readonly string[]): SpawnedCli {
  return spawnProgram("cli/main.ts", ...args);
}

/** @param source a TypeScript file of the repository. */
export function spawnProgram(source: string, ...args: readonly string[]): SpawnedCli {
  return spawnNode(compiledPath(source), ...args);
}

/** As from a checkout: with tsx, which also loads the TypeScript of users. */
export function spawnCliFromSource(...args: readonly string[]): SpawnedCli {
  return spawnNode("--import", "tsx", "cli/main.ts", ...args);
}

/** @param args as Node takes them. */
export function spawnNode(...args: readonly string[]): SpawnedCli {
  const child = spawn(process.execPath, args, {
    cwd: repositoryRoot,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  running.add(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const exit = once(child, "close").then(([code, signal]: unknown[]) => {
    running.delete(child);
    return { code, signal } as { code: number | null; signal: string | null };
  });
  return {
    process: child,
    exit,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    saying: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output.stderr);
          if (match) resolve(match);
        };
        look();
        child.stderr.on("data", look);
        exit.then(() => reject(new Error(`It ended without saying ${pattern}. It said:\n${output.stderr}`)));
      }),
  };
}

/** Kills whatever a failed test left. */
export async function killSpawned(): Promise<void> {
  const closed = [...running].map((child) => once(child, "close"));
  for (const child of running) child.kill("SIGKILL");
  await Promise.all(closed);
}
