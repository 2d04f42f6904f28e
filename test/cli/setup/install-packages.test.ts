import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installCommand } from "../../../cli/setup/install-packages.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const temporary = temporaryFolder();
const packages = ["webgpu@0.6.2"];

async function placeIn(...parts: readonly string[]): Promise<string> {
  const folder = join(temporary.path, ...parts);
  await mkdir(folder, { recursive: true });
  return folder;
}

describe("where npm puts packages", () => {
  it("is the project that depends on this one", async () => {
    const root = await placeIn("project", "node_modules", "probselect");
    await writeFile(join(temporary.path, "project", "package.json"), "{}");
    const command = installCommand(root, packages);
    expect(command.folder).toBe(join(temporary.path, "project"));
    expect(command.arguments).toEqual(["install", "--no-audit", "--no-fund", "webgpu@0.6.2"]);
  });

  it("is the global folder for a global install", async () => {
    const root = await placeIn("lib", "node_modules", "probselect");
    expect(installCommand(root, packages).arguments).toContain("--global");
  });

  it("is a checkout's own node_modules, without a change to its package.json", async () => {
    const root = await placeIn("checkout");
    const command = installCommand(root, packages);
    expect(command.folder).toBe(root);
    expect(command.arguments).toEqual(expect.arrayContaining(["--no-save", "--save-dev"]));
  });
});
