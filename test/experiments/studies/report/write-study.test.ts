import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCsv } from "../../../../experiments/studies/report/csv.ts";
import { headlineJson } from "../../../../experiments/studies/report/headline-json.ts";
import { writeStudy } from "../../../../experiments/studies/report/write-study.ts";
import { madeRun, madeStudy } from "../../../support/study-fixture.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const folder = temporaryFolder();
const study = madeStudy(`a "quoted", label`);

describe("writeStudy", () => {
  it("writes the page, a record a line, the summary and each figure as a file that stands alone", async () => {
    const written = await writeStudy(folder.path, study, madeRun);
    expect((await readdir(folder.path)).toSorted()).toEqual(["figures", "made.csv", "made.html", "made.ndjson"]);
    const lines = (await readFile(written.records, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(study.records);
    const rows: unknown = parse(await readFile(written.summary, "utf8"), { columns: true, cast: true });
    expect(rows).toEqual(study.summary.map((row) => ({ ...row, jainIndexLow: "", jainIndexHigh: "" })));
    expect(written.figures).toHaveLength(study.sections.flatMap(({ figures }) => figures).length);
    for (const path of written.figures) {
      expect(await readFile(path, "utf8")).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    }
  });

  it("writes the same bytes again", async () => {
    const [first, second] = [join(folder.path, "first"), join(folder.path, "second")];
    const [a, b] = [
      await writeStudy(first, study, madeRun),
      await writeStudy(second, madeStudy(`a "quoted", label`), madeRun),
    ];
    for (const [one, other] of [
      [a.page, b.page],
      [a.records, b.records],
      [a.summary, b.summary],
    ] as const) {
      expect(await readFile(one)).toEqual(await readFile(other));
    }
    await writeStudy(first, study, madeRun);
    expect(await readFile(a.page)).toEqual(await readFile(b.page));
  });

  it("refuses two figures of one name before it writes anything", async () => {
    const [section] = study.sections;
    const twice = { ...study, sections: [...study.sections, ...(section ? [section] : [])] };
    await expect(writeStudy(folder.path, twice, madeRun)).rejects.toMatchObject({
      code: "experiments.malformed-study",
      message: expect.stringContaining('"made-lines"'),
    });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("says which file cannot be written and leaves nothing half done", async () => {
    await mkdir(join(folder.path, "made.csv"));
    await expect(writeStudy(folder.path, study, madeRun)).rejects.toMatchObject({
      code: "experiments.cannot-write",
      message: expect.stringContaining("made.csv cannot be written"),
    });
    expect((await readdir(folder.path)).filter((name) => name.endsWith(".partial"))).toEqual([]);
    await writeFile(join(folder.path, "file"), "");
    await expect(writeStudy(join(folder.path, "file"), study, madeRun)).rejects.toMatchObject({
      code: "experiments.cannot-write",
    });
  });
});

describe("the headline as JSON", () => {
  it("has every figure with its bounds and its unit, and where the files are", () => {
    const files = { page: "p", records: "r", summary: "s", figures: ["f"] };
    expect(headlineJson(study, madeRun, files)).toEqual({
      study: "made",
      truth: study.truth,
      headline: {
        roundComplianceQuorum: { estimate: 0.962, low: 0.951, high: 0.971, unit: "share" },
        sloComplianceGain: { estimate: 0.138, low: 0.121, high: 0.154, unit: "points" },
        wasteChange: { estimate: -0.62, low: -0.7, high: -0.55, unit: "share" },
        roundsToAccuracy: { estimate: 512, low: null, high: null, unit: "seconds" },
      },
      files,
    });
  });
});

describe("CSV", () => {
  it("has all columns in the order in which they occur, and nothing where there is no value", () => {
    expect(toCsv([{ policy: "a,b", waste: 0.5 }, { policy: "c", waste: null, seed: 1 }, { seed: Number.NaN }])).toBe(
      'policy,waste,seed\n"a,b",0.5,\nc,,1\n,,\n',
    );
    expect(toCsv([])).toBe("");
  });

  it("comes out of a parser as it went in, whatever the text is", () => {
    const row = fc.record({ text: fc.string({ unit: "grapheme", minLength: 1 }), other: fc.string({ minLength: 1 }) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        expect(parse(toCsv(rows), { columns: true, record_delimiter: "\n" })).toEqual(rows);
      }),
    );
  });
});
