import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { studies } from "../../experiments/studies/find-study.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const folder = temporaryFolder();

describe("probselect experiment", () => {
  it("lists the studies, each of which the documents describe", async () => {
    const listed = JSON.parse((await runCli("experiment", "--list", "--json")).stdout);
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(studies.map(({ name }) => name));
    const page = readFileSync("docs/studies.md", "utf8");
    for (const { name } of studies) expect(page).toContain(`\n| \`${name}\` |`);
  });

  it("writes a study's files and prints its headline, as text and as JSON", async () => {
    const options = ["experiment", "alm-accuracy", "--out", folder.path, "--cache", join(folder.path, "cache")];
    const json = await runCli(...options, "--json");
    expect(json.code).toBe(0);
    const { study, headline, files } = JSON.parse(json.stdout);
    expect(study).toBe("alm-accuracy");
    const { estimate, low, high } = headline["mape:pytorch, fp32"];
    // docs/accuracy.md scores more rows: 24.0 % of all PyTorch's.
    expect(estimate).toBeGreaterThan(0.15);
    expect(estimate).toBeLessThan(0.35);
    expect([low < estimate, high > estimate]).toEqual([true, true]);
    expect(readFileSync(files.page, "utf8")).toContain("<svg");
    const text = await runCli(...options);
    expect(text.stdout).toMatch(/MAPE, pytorch, fp32 +\d+ % \[\d+, \d+\]/);
    expect(text.stdout).toContain(files.page);
  });

  it("suggests the study that was meant, and wants one", async () => {
    const misspelt = await runCli("experiment", "papr");
    expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringContaining('Did you mean "paper"?')]);
    expect((await runCli("experiment")).code).toBe(2);
    expect((await runCli("experiment", "paper", "--seeds", "0")).stderr).toContain(
      "--seeds must be a whole number from 1",
    );
  });
});
