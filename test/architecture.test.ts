// Enforces the table of docs/architecture.md: which folder may import which, and the purity of the mathematics.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Folder -> folders of ours it may import. Each may import itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  foundation: [],
  background: ["foundation"],
  models: ["foundation"],
  network: ["foundation"],
  workloads: ["foundation", "models"],
  selection: ["foundation", "workloads", "network"],
  protocol: ["foundation", "models", "workloads", "network", "selection"],
  server: ["foundation", "background", "models", "workloads", "network", "selection", "protocol"],
  client: ["foundation", "background", "models", "workloads", "network", "selection", "protocol"],
  experiments: [
    "foundation",
    "background",
    "models",
    "workloads",
    "network",
    "selection",
    "protocol",
    "server",
    "client",
  ],
  cli: ["foundation", "models", "workloads", "network", "selection", "protocol", "server", "client", "experiments"],
};

/** What a program imports from outside; it also hands on the networks (its own test: test/selection/entry-point.test.ts). */
const entryPoint = "selection/index.ts";

/** The only parts of selection/ that an agent may know: device specs, never forecasts or policies. */
const clientMayImportOfSelection = [/^selection\/devices\//, /^selection\/types\.ts$/];

interface Import {
  readonly file: string;
  readonly target: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"|new URL\(\s*"(\.[^"]+)"/g)];
  return specifiers.map((match) => {
    const specifier = (match[1] ?? match[2]) as string;
    const target = specifier.startsWith(".") ? relative(root, join(root, file, "..", specifier)) : specifier;
    return { file, target };
  });
}

const allImports = Object.keys(mayImport).flatMap((folder) => sourceFiles(folder).flatMap(importsOf));
const folderOf = (path: string) => path.split("/")[0] as string;

describe("the folder tree is the architecture", () => {
  it.each(Object.entries(mayImport))("%s imports only from itself and [%s]", (folder, allowed) => {
    const forbidden = allImports.filter(
      ({ file, target }) =>
        file !== entryPoint &&
        folderOf(file) === folder &&
        folderOf(target) in mayImport &&
        ![folder, ...allowed].includes(folderOf(target)),
    );
    expect(forbidden).toEqual([]);
  });

  it("only models/tensorflow imports @tensorflow", () => {
    const offenders = allImports.filter(
      ({ file, target }) => target.startsWith("@tensorflow/") && !file.startsWith("models/tensorflow/"),
    );
    expect(offenders).toEqual([]);
  });

  it("workloads never imports models/tensorflow", () => {
    const offenders = allImports.filter(
      ({ file, target }) => folderOf(file) === "workloads" && target.startsWith("models/tensorflow"),
    );
    expect(offenders).toEqual([]);
  });

  it("an agent knows device specs, never forecasts or policies", () => {
    const offenders = allImports.filter(
      ({ file, target }) =>
        folderOf(file) === "client" &&
        folderOf(target) === "selection" &&
        !clientMayImportOfSelection.some((pattern) => pattern.test(target)),
    );
    expect(offenders).toEqual([]);
  });

  it("selection and network touch no socket, file, process or clock", () => {
    const pure = allImports.filter(({ file }) => ["selection", "network", "foundation"].includes(folderOf(file)));
    expect(pure.filter(({ target }) => target.startsWith("node:"))).toEqual([]);
    const readsTime = ["selection", "network", "workloads", "models"]
      .flatMap(sourceFiles)
      .filter((file) =>
        /Math\.random|Date\.now|new Date\(\)|performance\.now/.test(readFileSync(join(root, file), "utf8")),
      );
    expect(readsTime).toEqual([]);
  });

  it("nothing calls Math.random", () => {
    const offenders = Object.keys(mayImport)
      .flatMap(sourceFiles)
      .filter((file) => readFileSync(join(root, file), "utf8").includes("Math.random("));
    expect(offenders).toEqual([]);
  });
});
