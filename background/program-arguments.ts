// What Node is told to run a module of this package as a process, both in development (TypeScript) and in the compiled package.

import { fileURLToPath } from "node:url";

/**
 * @param callerUrl the caller's `import.meta.url`; its extension says whether the code is compiled.
 * @param name the module's address seen from the caller, without extension.
 * @returns options of Node, and behind them the module's path.
 */
export function programArguments(callerUrl: string, name: string): readonly [options: readonly string[], path: string] {
  const isSource = new URL(callerUrl).pathname.endsWith(".ts");
  const options = isSource ? ["--import", import.meta.resolve("tsx")] : [];
  return [options, fileURLToPath(new URL(`${name}${isSource ? ".ts" : ".js"}`, callerUrl))];
}
