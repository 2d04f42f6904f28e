import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { absoluteDataName, parseDataName } from "../../../workloads/files/parse-data-name.ts";
import { isDataFiles, isDatasetModule } from "../../../workloads/find-dataset.ts";

describe("the name of data files", () => {
  it.each([
    ["./train.csv", "csv", "./train.csv", {}],
    ["train.TSV?label=kind", "csv", "train.TSV", { label: "kind" }],
    ["csv:./export.dat?header=no&delimiter=tab", "csv", "./export.dat", { header: "no", delimiter: "\t" }],
    ["a.jsonl?scale=minmax&ignore=x, y", "ndjson", "a.jsonl", { scale: "minmax", ignore: ["x", "y"] }],
    ["a.ndjson?shape=28x28x1&classes=a,b", "ndjson", "a.ndjson", { shape: [28, 28, 1], classes: ["a", "b"] }],
    [
      "images:./folder?channels=1&testShare=.3&splitSeed=7",
      "images",
      "./folder",
      { channels: 1, testShare: 0.3, splitSeed: 7 },
    ],
    ["text:./books", "text", "./books", { length: 40, stride: 3 }],
    ["play.txt?length=80&stride=1&id=speaker", "text", "play.txt", { length: 80, stride: 1, id: "speaker" }],
    ["a.csv?label=my%20class", "csv", "a.csv", { label: "my class" }],
  ])("%s is understood", (name, kind, path, options) => {
    expect(parseDataName(name)).toMatchObject({ kind, path, options });
    expect([isDataFiles(name), isDatasetModule(name)]).toEqual([true, false]);
  });

  it.each(["mnist", "./my-data.js", "my-data.mjs?x=1", "file:///home/ada/data.csv", "./folder", "data.parquet"])(
    "%s names none",
    (name) => {
      expect(parseDataName(name)).toBeNull();
    },
  );

  it.each([
    ["a.csv?lable=x", 'Unrecognized key: "lable". Did you mean "label"?'],
    [
      "a.csv?scale=standardize",
      'scale: Invalid option: expected one of "none"|"standardise"|"minmax". Did you mean "standardise"?',
    ],
    ["a.csv?testShare=1", "testShare: Expected a share below 1"],
    ["a.csv?testShare=half", "testShare: Expected a number such as 0.2"],
    ["a.csv?testShare=0.2&test=b.csv", "it has both test and testShare. Give one of them"],
    ["a.csv?label=x&label=y", '"label" is given twice'],
    ["a.csv?shape=28,28", "shape: Expected sizes such as 28x28x1"],
    ["a.csv?delimiter=ab", 'delimiter: Expected one character, or "tab"'],
    ["images:./x?label=y", 'Unrecognized key: "label"'],
    ["images:", 'there is no path behind "images:"'],
    ["a.txt?length=0", "length:"],
    ["a.txt?id=author", "id:"],
  ])("%s is refused with what is wrong", (name, reason) => {
    expect(() => parseDataName(name)).toThrow(reason);
    expect(() => parseDataName(name)).toThrow(`The data "${name}" cannot be read so: `);
  });

  it("means the same from every working directory once its paths are absolute", () => {
    const absolute = absoluteDataName("csv:a.dat?test=b.dat&label=x y");
    expect(parseDataName(absolute)).toMatchObject({
      kind: "csv",
      path: resolve("a.dat"),
      options: { test: resolve("b.dat"), label: "x y" },
    });
    expect(absoluteDataName(absolute)).toBe(absolute);
  });
});
