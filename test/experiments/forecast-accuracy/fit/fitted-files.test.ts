// Where the measurements are beside the repository: what the package holds is what `npm run fit` gets from them.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const data = fileURLToPath(new URL("../../../../../shared/data", import.meta.url));
const isPresent = existsSync(data);
if (!isPresent) console.warn(`Left out: the measurements are not at ${data}.`);

const runScript = (script: string, ...given: string[]) =>
  spawnSync(process.execPath, ["--import", "tsx", script, ...given], { cwd: root, encoding: "utf8" });
const runFit = (...given: string[]) => runScript("scripts/fit.ts", ...given);

describe("npm run fit", () => {
  it.runIf(isPresent)(
    "gives the files that the package holds, byte by byte",
    () => {
      expect(runFit("--data", data, "--check")).toMatchObject({
        ...{ status: 0, stderr: "" },
        stdout: expect.stringMatching(/^The fitted files are as the measurements give them \([1-9]\d* checked\)\.\n$/),
      });
    },
    120_000,
  );

  it("says how it is used where nobody says where the measurements are", () => {
    const { status, stderr } = runFit();
    expect([status, stderr]).toEqual([2, expect.stringContaining("--data DIR")]);
  });

  it("says in a sentence that the measurements are not where they were said to be", () => {
    expect(runFit("--data", "/nope")).toMatchObject({
      ...{ status: 2, stdout: "" },
      stderr:
        "There are no measurements in /nope/gpu. Give the folder that has gpu/ in it: npm run fit -- --data ../shared/data\n",
    });
  });

  it.runIf(isPresent)("says in a sentence that a file of one's own is not there", () => {
    const { status, stderr } = runFit("--data", data, "--measurements", "/nope.csv");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^There is no file \/nope\.csv\. .*\n$/)]);
  });
});

describe("npm run accuracy", () => {
  it.runIf(isPresent)(
    "gives the page and the figures that the repository holds, and says that it looked",
    () => {
      expect(runScript("scripts/accuracy.ts", "--data", data, "--check")).toMatchObject({
        ...{ status: 0, stderr: "" },
        stdout: expect.stringMatching(
          /^The page and its figures are as the measurements give them \(\d+ checked\)\.\n$/,
        ),
      });
    },
    120_000,
  );
});
