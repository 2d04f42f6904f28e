// Finds a worker thread's entry file beside its caller, both in development (TypeScript) and in the compiled package.

/**
 * What `new Worker(...)` takes to run the module `name` (without extension) in the folder of the module that calls.
 *
 * Threads do not inherit tsx from `--import tsx`, so source is started through a few lines of JavaScript that register it.
 *
 * @param callerUrl the caller's `import.meta.url`; its extension says whether the code is compiled.
 * @example workerEntry("file:///app/dist/server/a.js", "./b").href // "file:///app/dist/server/b.js"
 */
export function workerEntry(callerUrl: string, name: string): URL {
  if (!new URL(callerUrl).pathname.endsWith(".ts")) return new URL(`${name}.js`, callerUrl);
  const lines = [
    `import { register } from ${JSON.stringify(import.meta.resolve("tsx/esm/api"))};`,
    "register();",
    `await import(${JSON.stringify(new URL(`${name}.ts`, callerUrl).href)});`,
  ];
  return new URL(`data:text/javascript,${encodeURIComponent(lines.join("\n"))}`);
}
