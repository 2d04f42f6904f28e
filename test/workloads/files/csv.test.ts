import { readdir, utimes } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { findDataset } from "../../../workloads/find-dataset.ts";
import { useDataFolder } from "./data-folder.ts";

const { write, path } = useDataFolder();

const iris = [
  "length,width,species,user",
  "5.1,3.5,setosa,ada",
  "7.0,3.2,versicolor,bob",
  '6.3,3.3,"virginica",ada',
  "4.9,3.0,setosa,eve",
].join("\n");

async function refusal(content: string, query = ""): Promise<unknown> {
  const file = await write("refused.csv", content);
  return findDataset(`${file}${query}`).then(
    () => "accepted",
    (error) => error,
  );
}

describe("a CSV file as a data set", () => {
  it("has a class column, an id column and features, in the file's order, with classes numbered by their sorted names", async () => {
    const file = await write("iris.csv", iris);
    const dataset = await findDataset(`${file}?label=species&id=user&testShare=0`);
    expect(dataset.shape).toEqual({ inputShape: [2], classCount: 3 });
    expect(dataset.classNames).toEqual(["setosa", "versicolor", "virginica"]);
    expect([...(await dataset.loadTrainingLabels())]).toEqual([0, 1, 2, 0]);
    expect(await dataset.loadTrainingIds?.()).toEqual(["ada", "bob", "ada", "eve"]);
    const { inputs, labels, exampleCount } = await dataset.loadTraining(Uint32Array.of(2, 0, 2));
    expect([exampleCount, [...labels]]).toEqual([3, [2, 0, 2]]);
    expect([...inputs]).toEqual([6.3, 3.3, 5.1, 3.5, 6.3, 3.3].map(Math.fround));
    expect(dataset.notes?.join(" ")).toContain('The column "species" is the class, the column "user" says whose');
  });

  it("takes the column label, or else the last one, as the class", async () => {
    const named = await findDataset(await write("named.csv", "label,x\nb,1\na,2\n"));
    expect([named.classNames, named.shape?.inputShape]).toEqual([["a", "b"], [1]]);
    const last = await findDataset(await write("last.csv", "x,y,kind\n1,2,b\n3,4,a\n"));
    expect([last.classNames, last.shape?.inputShape]).toEqual([["a", "b"], [2]]);
  });

  it("needs no header, and knows tabs, other delimiters, Windows line ends and a byte order mark", async () => {
    const bare = await findDataset(`${await write("bare.csv", "7,1,2\n9,3,4\n")}?header=no&label=1&testShare=0`);
    expect([bare.classNames, [...(await bare.loadTraining()).inputs]]).toEqual([
      ["7", "9"],
      [1, 2, 3, 4],
    ]);
    const tabs = await findDataset(`${await write("tabs.tsv", "x\tlabel\r\n1\ta\r\n2\tb\r\n")}?testShare=0`);
    expect([...(await tabs.loadTraining()).inputs]).toEqual([1, 2]);
    const semicolons = await findDataset(
      `${await write("semi.csv", "\uFEFFlabel;x\na;1\nb;2\n")}?delimiter=;&testShare=0`,
    );
    expect(semicolons.classNames).toEqual(["a", "b"]);
  });

  it("sorts classes that are whole numbers by their size", async () => {
    const rows = [10, 9, 2, 1].map((label) => `0.5,${label}`).join("\n");
    expect((await findDataset(await write("numbers.csv", `x,label\n${rows}`))).classNames).toEqual([
      "1",
      "2",
      "9",
      "10",
    ]);
  });

  it("keeps the order of declared classes, those included that the file lacks, so that many files agree", async () => {
    const file = await write("declared.csv", "x,label\n1,cat\n2,dog\n");
    const dataset = await findDataset(`${file}?classes=dog,cow,cat&testShare=0`);
    expect([dataset.shape?.classCount, [...(await dataset.loadTrainingLabels())]]).toEqual([3, [2, 0]]);
  });

  it("leaves columns out, and gives examples a shape", async () => {
    const file = await write("image.csv", "name,a,b,c,d,label\nx,1,2,3,4,0\ny,5,6,7,8,1\n");
    const dataset = await findDataset(`${file}?ignore=name&shape=2x2x1&testShare=0`);
    expect((await dataset.loadTraining(Uint32Array.of(1))).exampleShape).toEqual([2, 2, 1]);
  });

  it("keeps a drawn fifth for tests: the two parts are the whole, the same for the same seed", async () => {
    const rows = Array.from({ length: 50 }, (_, row) => `${row},${row % 3}`).join("\n");
    const file = await write("split.csv", `x,label\n${rows}`);
    const partsOf = async (query: string) => {
      const dataset = await findDataset(`${file}${query}`);
      return { training: [...(await dataset.loadTraining()).inputs], test: [...(await dataset.loadTest()).inputs] };
    };
    const usual = await partsOf("");
    expect(usual.test.length).toBe(10);
    expect([...usual.training, ...usual.test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, row) => row),
    );
    expect(await partsOf("?splitSeed=1&testShare=0.2")).toEqual(usual);
    expect((await partsOf("?splitSeed=2")).test).not.toEqual(usual.test);
  });

  it("takes test examples from a file of their own, its columns in any order", async () => {
    const file = await write("own.csv", "x,y,label\n1,2,a\n3,4,b\n");
    const test = await write("own-test.csv", "label,y,x\nb,20,10\n");
    const dataset = await findDataset(`${file}?test=${test}`);
    const { inputs, labels } = await dataset.loadTest();
    expect([[...inputs], [...labels], (await dataset.loadTraining()).exampleCount]).toEqual([[10, 20], [1], 2]);
  });

  it("scales by the training examples only", async () => {
    // Training: 2, 4, 6 and 1, 1, 1. Mean 4, population deviation sqrt(8 / 3) = 1.63299; a feature that never changes becomes 0.
    const file = await write("scale.csv", "x,y,label\n2,1,a\n4,1,b\n6,1,a\n");
    const test = await write("scale-test.csv", "x,y,label\n10,3,a\n");
    const standard = await findDataset(`${file}?scale=standardise&test=${test}`);
    const deviation = Math.sqrt(8 / 3);
    const expected = [-2 / deviation, 0, 0, 0, 2 / deviation, 0].map(Math.fround);
    expect([...(await standard.loadTraining()).inputs]).toEqual(expected.map((value) => expect.closeTo(value, 6)));
    expect((await standard.loadTest()).inputs[0]).toBeCloseTo(6 / deviation, 5);
    const minmax = await findDataset(`${file}?scale=minmax&test=${test}`);
    expect([...(await minmax.loadTraining()).inputs]).toEqual([0, 0, 0.5, 0, 1, 0]);
    expect([...(await minmax.loadTest()).inputs]).toEqual([2, 2]);
  });

  it("scales before it rounds to single precision: time stamps a second apart stay apart", async () => {
    const file = await write("stamps.csv", "x,label\n1700000000,a\n1700000001,b\n1700000002,a\n");
    const dataset = await findDataset(`${file}?scale=minmax&testShare=0`);
    expect([...(await dataset.loadTraining()).inputs]).toEqual([0, 0.5, 1]);
  });

  it("is read anew after a change, and the old conversion is deleted", async () => {
    const file = await write("changing.csv", "x,label\n1,a\n2,b\n");
    const before = await findDataset(`${file}?testShare=0`);
    expect((await before.loadTraining()).exampleCount).toBe(2);
    await write("changing.csv", "x,label\n1,a\n2,b\n3,b\n");
    await utimes(file, 1_700_000_000, 1_700_000_000);
    expect((await (await findDataset(`${file}?testShare=0`)).loadTraining()).exampleCount).toBe(3);
    const folders = await readdir(path("cache/probselect/data/files"));
    expect(folders.filter((name) => name.startsWith("changing.csv")).length).toBe(1);
    expect(folders.filter((name) => name.includes("unfinished"))).toEqual([]);
  });

  it("is converted by eight readers at once to the same", async () => {
    const rows = Array.from({ length: 500 }, (_, row) => `${row},${row % 2}`).join("\n");
    const file = await write("race.csv", `x,label\n${rows}`);
    const found = await Promise.all(Array.from({ length: 8 }, () => findDataset(`${file}?testShare=0`)));
    const sums = await Promise.all(
      found.map(async (dataset) => (await dataset.loadTraining()).inputs.reduce((a, b) => a + b)),
    );
    // 0 + 1 + ... + 499
    expect(sums).toEqual(Array(8).fill(124_750));
  });

  it("says that there are no test examples where none are kept", async () => {
    const dataset = await findDataset(`${await write("untested.csv", "x,label\n1,a\n")}?testShare=0`);
    await expect(dataset.loadTest()).rejects.toThrow("have no test examples. Name a file of them with test=FILE");
  });

  it.each([
    ["an empty file", "", "", "refused.csv: the file is empty"],
    ["a header alone", "x,label\n", "", "refused.csv: there are no rows below the header"],
    [
      "a row with too few cells",
      "x,y,label\n1,2,a\n3,b\n",
      "",
      "refused.csv, line 3: the row has 2 cells instead of 3",
    ],
    ["a row with too many cells", "x,label\n1,a\n3,b,9\n", "", "refused.csv, line 3: the row has 3 cells instead of 2"],
    ["a word among numbers", "x,label\n1,a\nabc,b\n", "", 'refused.csv, line 3, column "x": "abc" is no finite number'],
    ["a NaN", "x,label\nNaN,a\n", "", 'line 2, column "x": "NaN" is no finite number'],
    ["an infinity", "x,label\n1e39,a\n", "", 'line 2, column "x": "1e39" is no finite number'],
    ["a hexadecimal number", "x,label\n0x10,a\n", "", '"0x10" is no finite number'],
    ["an empty cell", "x,label\n1,a\n,b\n", "", 'line 3, column "x": the cell is empty. Fill it'],
    ["a missing label", "x,label\n1,a\n2,\n", "", 'line 3, column "label": the cell is empty'],
    ["a quote that nobody closes", 'x,label\n1,"a\n2,b\n', "", "refused.csv, line"],
    ["a column twice", "x,x,label\n1,2,a\n", "", 'the column "x" is there twice'],
    [
      "an unknown column",
      "x,species\n1,a\n",
      "?label=specis",
      'no column "specis", which label= names. Did you mean "species"?',
    ],
    ["an unknown id column", "x,user,label\n1,u,a\n", "?id=usr", 'which id= names. Did you mean "user"?'],
    ["no feature", "label\na\n", "", "no column is left for features"],
    [
      "a shape that does not fit",
      "x,y,label\n1,2,a\n",
      "?shape=2x2",
      "shape=2x2 has 4 values, but there are 2 columns",
    ],
    [
      "another class than declared",
      "x,label\n1,cta\n",
      "?classes=cat,dog",
      'the class "cta" is none of those that classes= lists. Did you mean "cat"?',
    ],
    [
      "too many classes",
      `x,label\n${Array.from({ length: 257 }, (_, row) => `1,c${row}`).join("\n")}`,
      "",
      'line 258: the class "c256" is number 257, and at most 256',
    ],
  ])("is refused for %s, with the place and what to do", async (_, content, query, message) => {
    expect(await refusal(content, query)).toMatchObject({
      code: "workloads.malformed-dataset",
      message: expect.stringContaining(message),
    });
  });

  it("is refused when it is not there, or a class comes up in the tests only", async () => {
    await expect(findDataset("./no-such.csv")).rejects.toMatchObject({
      code: "workloads.dataset-missing",
      message: expect.stringContaining("no-such.csv cannot be read"),
    });
    const test = await write("surprise.csv", "x,label\n1,zebra\n");
    expect(await refusal("x,label\n1,a\n", `?test=${test}`)).toMatchObject({
      message: expect.stringMatching(/surprise\.csv, line 2: the class "zebra" is in no training example/),
    });
  });
});
