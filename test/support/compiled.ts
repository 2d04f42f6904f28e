// The package and the tests' own programs, compiled as npm compiles them, for processes that tests start: what users start is JavaScript too,
// and compiling once costs less than tsx in each of hundreds of processes.

import { fileURLToPath } from "node:url";

export const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url));

export const compiledFolder = ".test-build";

/** @param source a TypeScript file of the repository, seen from its root. */
export function compiledPath(source: string): string {
  return `${repositoryRoot}${compiledFolder}/${source.replace(/\.ts$/, ".js")}`;
}
