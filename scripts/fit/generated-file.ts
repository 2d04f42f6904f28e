// TypeScript files that a command writes from measurements: formatted as the linter wants them, so that a rerun gives the same bytes.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The command that writes them all, as their headers name it. */
export const fitCommand = "npm run fit -- --data ../shared/data";

export interface GeneratedFile {
  /** Path from the repository's root. */
  readonly target: string;
  readonly text: string;
}

/**
 * A file with a header, an import of types and one constant.
 *
 * @param options.value as JSON; numbers are written with six significant digits, more than a fit knows.
 */
export function generatedConstant(options: {
  readonly target: string;
  readonly about: string;
  readonly imports: string;
  readonly docstring: string;
  readonly declaration: string;
  readonly value: unknown;
}): GeneratedFile {
  const { target, about, imports, docstring, declaration, value } = options;
  const json = JSON.stringify(value, (_, each) => (typeof each === "number" ? Number(each.toPrecision(6)) : each));
  const source = [
    `// Generated: ${about} Do not edit; run`,
    `//   ${fitCommand}`,
    "",
    imports,
    "",
    `/** ${docstring} */`,
    `export const ${declaration} = ${json};`,
    "",
  ].join("\n");
  return { target, text: format(target, source) };
}

function format(target: string, source: string): string {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const { status, stdout, stderr } = spawnSync(process.execPath, [biome, "format", `--stdin-file-path=${target}`], {
    cwd: root,
    input: source,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`biome could not format ${target}: ${stderr}`);
  return stdout;
}

export function writeGenerated({ target, text }: GeneratedFile): void {
  writeFileSync(join(root, target), text);
}

/** Whether the file in the repository is what would be written. */
export function isCurrent({ target, text }: GeneratedFile): boolean {
  return readFileSync(join(root, target), "utf8") === text;
}
