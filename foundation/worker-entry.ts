// Finds a worker's entry file beside its caller, both in development (TypeScript, run by tsx) and in the compiled package.

/** What `new Worker(entry.url, { execArgv: entry.execArgv })` and `fork` need to start the file. */
export interface WorkerEntry {
  readonly url: URL;
  /** Flags for Node; empty for compiled code. */
  readonly execArgv: string[];
}

/**
 * The entry `name` (without extension) in the folder of the module that calls.
 *
 * @param callerUrl the caller's `import.meta.url`; its extension says whether the code is compiled.
 * @example workerEntry("file:///app/dist/server/a.js", "b").url.pathname // "/app/dist/server/b.js"
 */
export function workerEntry(callerUrl: string, name: string): WorkerEntry {
  const isSource = new URL(callerUrl).pathname.endsWith(".ts");
  return {
    url: new URL(`${name}${isSource ? ".ts" : ".js"}`, callerUrl),
    execArgv: isSource ? ["--import", "tsx"] : [],
  };
}
