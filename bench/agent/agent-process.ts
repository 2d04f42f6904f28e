// `probselect client` of the compiled package, as its users start it: tsx would add a compiler to its memory.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { run } from "../timed-process.ts";

export interface AgentProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  /** What it has said of itself so far. */
  readonly said: { readonly backend: string; readonly renewals: number };
}

const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** As `npm run build`. */
export async function compilePackage(): Promise<void> {
  await run(process.execPath, [inRoot("node_modules/typescript/bin/tsc"), "-p", inRoot("tsconfig.build.json")]);
}

export interface AgentSetting {
  /** Of MNIST, that it holds. */
  readonly examples: number;
  /** NODE_OPTIONS, which its training process has too. */
  readonly nodeOptions: string;
  /** Where it may keep what outlives it. */
  readonly stateFolder: string;
}

export function startAgent(url: string, { examples, nodeOptions, stateFolder }: AgentSetting): AgentProcess {
  const words = ["client", "--server", url, "--id", "steady", "--maximum-examples", String(examples)];
  const child = spawn(process.execPath, [inRoot("dist/cli/main.js"), ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, XDG_STATE_HOME: stateFolder, NODE_OPTIONS: nodeOptions },
  });
  const said = { backend: "", renewals: 0 };
  createInterface({ input: child.stderr }).on("line", (line) => {
    said.backend ||= /back-end ([\w-]+):/.exec(line)?.[1] ?? "";
    if (line.includes("was replaced by a fresh one")) said.renewals++;
  });
  return { child, exited: once(child, "close"), said };
}
