import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sampleComparison, sampleJournal } from "../support/journal-fixture.ts";
import { runCli } from "./run-cli.ts";

describe("probselect report", () => {
  let directory: string;
  let journal: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "probselect-report-"));
    journal = join(directory, "journal.ndjson");
    await writeFile(
      journal,
      sampleJournal()
        .map((record) => `${JSON.stringify(record)}\n`)
        .join(""),
    );
  });

  afterEach(() => rm(directory, { recursive: true }));

  it("writes the report beside the journal and prints its path", async () => {
    const report = join(directory, "journal.html");
    expect(await runCli("report", journal)).toEqual({ code: 0, stdout: `${report}\n`, stderr: "" });
    expect(await readFile(report, "utf8")).toMatch(/^<!doctype html>/);
  });

  it("takes the run's folder as --run too, and one run only", async () => {
    expect(await runCli("report", "--run", directory)).toMatchObject({
      code: 0,
      stdout: `${join(directory, "journal.html")}\n`,
    });
    const twice = await runCli("report", journal, "--run", directory);
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining("not both")]);
    const none = await runCli("report");
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("Say which run")]);
  });

  it("writes figures and a comparison, and with --json ends with one object of the headline figures", async () => {
    const comparison = join(directory, "comparison.json");
    await writeFile(comparison, JSON.stringify(sampleComparison()));
    const [out, figures] = [join(directory, "out", "r.html"), join(directory, "figures")];
    const { code, stdout } = await runCli(
      ...["report", journal, "--out", out, "--figures", figures, "--comparison", comparison, "--json"],
    );
    expect(code).toBe(0);
    const result = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    // 34 of the 40 selected completed: 8 + 6 + 7 + 6 + 0 + 7 of 8 + 8 + 8 + 8 + 0 + 8.
    expect(result).toMatchObject({
      report: out,
      testAccuracy: 0.957,
      finishedRounds: 6,
      failedRounds: 1,
      sloCompliance: 0.85,
    });
    expect(await readdir(figures)).toHaveLength(7);
    expect(await readFile(out, "utf8")).toContain("fedlim (replayed)");
  });

  it("skips a torn last line with a warning on stderr", async () => {
    await writeFile(journal, '{"type":"round-fin', { flag: "a" });
    const { code, stderr } = await runCli("report", journal);
    expect(code).toBe(0);
    expect(stderr).toContain("the last line is incomplete");
  });

  it("exits 1 and says what to do when the journal does not exist", async () => {
    const { code, stdout, stderr } = await runCli("report", join(directory, "nowhere.ndjson"));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /The journal ".*nowhere\.ndjson" does not exist\. Give the journal that .* \[server\.malformed-journal\]/,
    );
  });

  it("exits 1 for a file that is no journal", async () => {
    await writeFile(journal, '{"hello":"world"}\n');
    const { code, stderr } = await runCli("report", journal);
    expect(code).toBe(1);
    expect(stderr).toContain("[server.malformed-journal]");
  });

  it("exits 2 for a comparison that is none", async () => {
    const comparison = join(directory, "comparison.json");
    await writeFile(comparison, '{"policy":7}');
    const { code, stderr } = await runCli("report", journal, "--comparison", comparison);
    expect(code).toBe(2);
    expect(stderr).toContain("is no policy replay");
  });
});
