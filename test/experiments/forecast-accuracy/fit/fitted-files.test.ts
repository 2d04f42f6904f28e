// Where the measurements are beside the repository: what the package holds is what `npm run fit` gets from them.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const data = fileURLToPath(new URL("../../../../../shared/data", import.meta.url));
const isPresent = existsSync(data);
if (!isPresent) console.warn(`Left out: the measurements are not at ${data}.`);

const runFit = (...given: string[]) =>
  spawnSync(process.execPath, ["--import", "tsx", "scripts/fit.ts", ...given], { cwd: root, encoding: "utf8" });

describe("npm run fit", () => {
  it.runIf(isPresent)(
    "gives the files that the package holds, byte by byte",
    () => {
      const { status, stderr } = runFit("--data", data, "--check");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    },
    120_000,
  );

  it("says how it is used where nobody says where the measurements are", () => {
    const { status, stderr } = runFit();
    expect([status, stderr]).toEqual([2, expect.stringContaining("--data DIR")]);
  });
});
