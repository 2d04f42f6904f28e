import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../workloads/dataset.ts";
import { findDataset } from "../../../workloads/find-dataset.ts";
import { useDataFolder } from "./data-folder.ts";

const { write, path } = useDataFolder();

/** The examples in characters, "abc>d": what is read, and what comes next. */
async function examplesOf(dataset: Dataset, split: "loadTraining" | "loadTest" = "loadTraining"): Promise<string[]> {
  const { inputs, labels, exampleShape } = await dataset[split]();
  const [length = 0] = exampleShape;
  const text = (numbers: ArrayLike<number>) =>
    Array.from(numbers, (number) => dataset.classNames?.[number] ?? "?").join("");
  return Array.from(labels, (label, at) => `${text(inputs.subarray(at * length, (at + 1) * length))}>${text([label])}`);
}

describe("a text as a data set", () => {
  it("has windows of its characters, numbered by code point, and the next one as the class", async () => {
    const file = await write("abc.txt", "badcafe");
    const dataset = await findDataset(`${file}?length=3&stride=2&testShare=0`);
    expect(dataset.shape).toEqual({ inputShape: [3], classCount: 6, vocabularySize: 6 });
    expect(dataset.classNames?.join("")).toBe("abcdef");
    expect(await examplesOf(dataset)).toEqual(["bad>c", "dca>f"]);
    const { inputs, labels } = await dataset.loadTraining(Uint32Array.of(1));
    expect([[...inputs], [...labels]]).toEqual([[3, 2, 0], [5]]);
  });

  it("has 40 characters by default, one example every 3", async () => {
    const dataset = await findDataset(`text:${await write("long", "ab".repeat(50))}?testShare=0`);
    // Begins at 0, 3, ..., 57: the last that has a next character is 59.
    expect([dataset.shape?.inputShape, (await dataset.loadTraining()).exampleCount]).toEqual([[40], 20]);
  });

  it("keeps the end of the text for tests, and no example reaches over the border", async () => {
    const dataset = await findDataset(`${await write("end.txt", "aabbaabbab")}?length=2&stride=1&testShare=0.4`);
    expect(await examplesOf(dataset)).toEqual(["aa>b", "ab>b", "bb>a", "ba>a"]);
    expect(await examplesOf(dataset, "loadTest")).toEqual(["bb>a", "ba>b"]);
  });

  it("leaves test characters out that the training text lacks, and says how many", async () => {
    const test = await write("other.txt", "abxba");
    const dataset = await findDataset(`${await write("main.txt", "abab")}?length=1&stride=1&test=${test}`);
    expect(await examplesOf(dataset, "loadTest")).toEqual(["a>b", "b>a"]);
    expect(dataset.notes).toContain("1 characters that are not in the vocabulary were left out.");
  });

  it("takes the vocabulary of another file, so that the texts of many clients agree", async () => {
    const vocabulary = await write("all.txt", "abcdé");
    const dataset = await findDataset(
      `${await write("mine.txt", "cécé")}?length=1&stride=1&testShare=0&vocabulary=${vocabulary}`,
    );
    expect([dataset.shape?.vocabularySize, await examplesOf(dataset)]).toEqual([5, ["c>é", "é>c", "c>é"]]);
  });

  it("belongs to speakers: a speaker's lines are joined, and no example has two speakers", async () => {
    const play = "A play\n\nROMEO:\nab\n\nJULIET:\ncd\n\nROMEO:\nba\n";
    const dataset = await findDataset(`${await write("play.txt", play)}?length=2&stride=1&testShare=0&id=speaker`);
    // Romeo has "ab\nba\n", Juliet "cd\n".
    expect(await examplesOf(dataset)).toEqual(["ab>\n", "b\n>b", "\nb>a", "ba>\n", "cd>\n"]);
    expect(await dataset.loadTrainingIds?.()).toEqual([...Array(4).fill("ROMEO"), "JULIET"]);
  });

  it("belongs to the files of a folder", async () => {
    await write("authors/bob.txt", "xyxy");
    await write("authors/ada.txt", "yxyx");
    const dataset = await findDataset(`text:${path("authors")}?length=3&testShare=0`);
    expect(await examplesOf(dataset)).toEqual(["yxy>x", "xyx>y"]);
    expect(await dataset.loadTrainingIds?.()).toEqual(["ada", "bob"]);
  });

  it.each([
    [
      "more than 256 characters",
      String.fromCodePoint(...Array.from({ length: 300 }, (_, at) => 0x4e00 + at)),
      "?testShare=0",
      /has 300 different characters, such as "\u4f2b" \(U\+4F2B\), and at most 256/,
    ],
    ["a text shorter than an example", "short", "", /no text has 41 characters in a row/],
    ["no speaker", "nobody speaks", "?id=speaker", /no line names a speaker/],
    ["bytes that are no UTF-8", Uint8Array.of(0xff, 0xfe, 0x41), "", /is no UTF-8 text/],
  ])("is refused for %s", async (_, content, query, message) => {
    await expect(findDataset(`${await write("refused.txt", content)}${query}`)).rejects.toMatchObject({
      code: "workloads.malformed-dataset",
      message: expect.stringMatching(message),
    });
  });
});
