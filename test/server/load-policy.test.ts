import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { isPolicyModule, loadPolicy } from "../../server/load-policy.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();

async function moduleOf(name: string, text: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, text);
  return path;
}

describe("a policy by its name", () => {
  it.each(["./mine", "../mine", "/mine", "mine.js", "mine.mjs", "mine.ts", "a/b.mts", "file:///mine.js", ".\\mine"])(
    "takes %s for a module",
    (name) => expect(isPolicyModule(name)).toBe(true),
  );

  it.each(["probselect", "quorum", "js", "power-of-choice", "mine.json"])("takes %s for a name", (name) =>
    expect(isPolicyModule(name)).toBe(false),
  );

  it("finds the named ones", async () => {
    expect((await loadPolicy("fedlim", { cohortSize: 3 })).name).toBe("fedlim");
    await expect(loadPolicy("oortt")).rejects.toMatchObject({ code: "selection.unknown-policy" });
  });

  it.each([
    ["a function `select`", "export function select() { return []; }", "static-specs"],
    ["a default function", "export default () => [];", "static-specs"],
    ["`select` and `learn`", "export const select = () => []; export const learn = () => {};", "history"],
  ])("loads a module with %s, and says what it needs", async (_, text, needs) => {
    const path = await moduleOf("mine.mjs", text);
    expect(await loadPolicy(path)).toMatchObject({ name: "mine.mjs", needs });
    expect(await loadPolicy(pathToFileURL(path).href)).toMatchObject({ name: "mine.mjs", needs });
  });

  it("loads TypeScript where the process can", async () => {
    const path = await moduleOf("mine.ts", "export const select = (request: { round: number }): string[] => [];");
    expect(await loadPolicy(path)).toMatchObject({ name: "mine.ts", needs: "static-specs" });
  });

  it.each([
    ["exports nothing", "const select = () => [];", /exports no policy\. Export a function: export function select/],
    ["exports a list", "export const select = [];", /exports no policy/],
    [
      "has a `learn` that is none",
      "export const select = () => []; export const learn = 1;",
      /`learn` that is no function/,
    ],
    ["does not parse", "export const = 1;", /does not load: /],
    ["throws", "throw new Error('no licence');", /does not load: no licence/],
  ])("refuses a module that %s", async (_, text, message) => {
    await expect(loadPolicy(await moduleOf("bad.mjs", text))).rejects.toMatchObject({
      code: "server.policy-not-loaded",
      message: expect.stringMatching(message),
    });
  });

  it("names the path of a module that is not there", async () => {
    await expect(loadPolicy("./no-such.mjs")).rejects.toMatchObject({
      message: expect.stringMatching(/^There is no file \.\/no-such\.mjs from which/),
    });
  });

  it("says what to do where the process cannot load TypeScript", async () => {
    const path = await moduleOf("mine.ts", "export const select = (): string[] => [];");
    // The same resolution as in a plain Node: its loader refuses the extension.
    const hook = `export async function load(url, context, next) {
      if (url.endsWith("/mine.ts")) throw Object.assign(new Error("Unknown"), { code: "ERR_UNKNOWN_FILE_EXTENSION" });
      return next(url, context);
    }`;
    const register = `import { register } from "node:module"; register("data:text/javascript,${encodeURIComponent(hook)}");`;
    const program = `import { loadPolicy } from "./server/load-policy.ts"; await loadPolicy(${JSON.stringify(path)});`;
    const hooks = ["--import", "tsx", "--import", `data:text/javascript,${encodeURIComponent(register)}`];
    const { stderr } = spawnSync(process.execPath, [...hooks, "--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(stderr).toMatch(
      /Node .+ cannot load the TypeScript of .+mine\.ts\. Take Node 22\.18 or newer, or start with/,
    );
  });
});
