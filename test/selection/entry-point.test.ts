// `probselect/selection` stands alone: what it loads is pure, down to the last import.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Libraries of mathematics, and the schema library: none of them touches a file, a socket or a clock. */
const pureLibraries = ["jstat", "ml-fcnnls", "pure-rand", "simple-statistics", "zod"];

/** Files of ours and libraries that `entry` loads, directly or not; imports of types alone load nothing. */
function loadedBy(entry: string): { readonly files: ReadonlySet<string>; readonly libraries: ReadonlySet<string> } {
  const files = new Set<string>();
  const libraries = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(join(root, file), "utf8");
    const imports = text.matchAll(/^(?:import|export)(?! type\b)(?:[^";]*? from)? ?"([^"]+)"|import\(\s*"([^"]+)"/gm);
    for (const [, named, dynamic] of imports) {
      const specifier = (named ?? dynamic) as string;
      if (specifier.startsWith(".")) visit(relative(root, join(root, file, "..", specifier)));
      else libraries.add(specifier);
    }
  };
  visit(entry);
  return { files, libraries };
}

const libraryOf = (specifier: string) => (specifier.startsWith("@") ? specifier : (specifier.split("/")[0] as string));

describe("probselect/selection", () => {
  const { files, libraries } = loadedBy("selection/index.ts");

  it("loads the catalogue, the latency models and the policies", () => {
    for (const file of ["devices/gpu-catalogue.ts", "latency/round-model.ts", "policies/probselect.ts"]) {
      expect(files).toContain(`selection/${file}`);
    }
  });

  it("loads no other library than pure ones, and nothing of Node", () => {
    expect([...libraries].filter((specifier) => !pureLibraries.includes(libraryOf(specifier)))).toEqual([]);
  });

  it("loads no folder that has to do with sockets, files or tensors", () => {
    const folders = [...files].map((file) => file.split("/")[0] as string);
    expect([...new Set(folders)].sort()).toEqual(["foundation", "models", "network", "selection", "workloads"]);
    expect([...files].filter((file) => file.startsWith("models/tensorflow/"))).toEqual([]);
  });

  it("uses none of Node's globals", () => {
    const users = [...files].filter((file) =>
      /\b(process|Buffer|__dirname|setTimeout)\b[.(]/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(users).toEqual([]);
  });

  it("selects in a process in which nothing else can be loaded", async () => {
    const hooks = ["--import", "tsx", "--import", "./test/selection/stand-alone/refuse-impure.mjs"];
    const program = "test/selection/stand-alone/select-alone.ts";
    const { stdout } = await promisify(execFile)(process.execPath, [...hooks, program], { cwd: root });
    expect(JSON.parse(stdout)).toEqual([
      ["lte", true],
      ["satellite-narrowband", false],
    ]);
  });

  it("is an entry point of the package, with its types", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(exports["./selection"]).toEqual({
      types: "./dist/selection/index.d.ts",
      default: "./dist/selection/index.js",
    });
  });
});
