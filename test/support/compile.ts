// Vitest calls this once before the tests: compiles what has changed since the last time.

import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { compiledFolder, repositoryRoot } from "./compiled.ts";

const inRoot = (path: string) => join(repositoryRoot, path);
const project = "tsconfig.test-build.json";

export default async function compile(project: TestProject): Promise<void> {
  project.onTestsRerun(compileChanges);
  await compileChanges();
}

async function compileChanges(): Promise<void> {
  const compiledAt = await stat(inRoot(`${compiledFolder}/.tsbuildinfo`)).catch(() => undefined);
  if (compiledAt && (await newestSource()) < compiledAt.mtimeMs) return;
  await promisify(execFile)(process.execPath, [inRoot("node_modules/typescript/bin/tsc"), "-p", inRoot(project)]);
}

/** When a source or the compiler's settings last changed, in milliseconds since 1970. A file that moved changes its folder. */
async function newestSource(): Promise<number> {
  const top = await readdir(repositoryRoot, { withFileTypes: true });
  const folders = top.filter((entry) => entry.isDirectory() && !/^\.|^(node_modules|dist|runs|docs)$/.test(entry.name));
  const below = folders.map(async ({ name }) => {
    const found = await readdir(inRoot(name), { recursive: true, withFileTypes: true });
    const sources = found.filter((entry) => entry.isDirectory() || entry.name.endsWith(".ts"));
    return [inRoot(name), ...sources.map((entry) => join(entry.parentPath, entry.name))];
  });
  const files = ["index.ts", "package.json", "tsconfig.json", project].map(inRoot);
  const changes = await Promise.all([...files, ...(await Promise.all(below)).flat()].map((path) => stat(path)));
  return Math.max(...changes.map(({ mtimeMs }) => mtimeMs));
}
