import { describe, expect, it } from "vitest";
import { findDataset } from "../../../workloads/find-dataset.ts";
import { useDataFolder } from "./data-folder.ts";

const { write } = useDataFolder();
const lines = (...objects: readonly unknown[]) => objects.map((object) => JSON.stringify(object)).join("\n");

describe("an NDJSON file as a data set", () => {
  it("has an example a line, its numbers in one array or in nested ones", async () => {
    const flat = await write("flat.ndjson", lines({ input: [1, 2], label: "b" }, { input: [3, 4], label: "a" }));
    const dataset = await findDataset(`${flat}?testShare=0`);
    expect(dataset.classNames).toEqual(["a", "b"]);
    const { inputs, labels, exampleShape } = await dataset.loadTraining();
    expect([[...inputs], [...labels], exampleShape]).toEqual([[1, 2, 3, 4], [1, 0], [2]]);
    const image = {
      input: [
        [[1], [2]],
        [[3], [4]],
      ],
      label: 7,
    };
    const nested = await write("nested.jsonl", `${lines(image)}\n\n`);
    const shaped = await findDataset(`${nested}?shape=2x2x1&testShare=0`);
    expect([[...(await shaped.loadTraining()).inputs], shaped.shape?.inputShape]).toEqual([
      [1, 2, 3, 4],
      [2, 2, 1],
    ]);
  });

  it("has a field for each column, in any order, an id among them", async () => {
    const file = await write("named.ndjson", lines({ x: 1, user: 5, kind: true }, { kind: false, user: "u", x: -2.5 }));
    const dataset = await findDataset(`${file}?label=kind&id=user&testShare=0`);
    expect(dataset.classNames).toEqual(["false", "true"]);
    expect([...(await dataset.loadTraining()).inputs]).toEqual([1, -2.5]);
    expect(await dataset.loadTrainingIds?.()).toEqual(["5", "u"]);
  });

  it.each([
    ["an empty file", "", "refused.ndjson: the file is empty"],
    ["a line that is no JSON", '{"x": 1, "label": 0}\n{"x": 1,\n', 'refused.ndjson, line 2: "{"x": 1," is no JSON'],
    ["a line that is no object", "[1, 2]", 'line 1: "[1, 2]" is no object'],
    ["a missing field", lines({ x: 1, label: 0 }, { label: 0 }), 'line 2: the field "x" is missing'],
    [
      "a misspelt field",
      lines({ width: 1, label: 0 }, { widht: 1, label: 0 }),
      '"widht" is not in the first line. Did you mean "width"?',
    ],
    [
      "another length",
      lines({ input: [1, 2], label: 0 }, { input: [1], label: 0 }),
      'line 2: "input" has 1 numbers instead of 2',
    ],
    ["a null", lines({ x: null, label: 0 }), 'line 1, column "x": the cell is empty'],
    [
      "a list among numbers",
      lines({ x: 1, label: 0 }, { x: [], label: 0 }),
      'line 2, column "x": "[]" is no finite number',
    ],
    [
      "a word among numbers",
      lines({ input: [1, "a"], label: 0 }),
      'line 1, column "input[1]": "a" is no finite number',
    ],
    ["a label that is a list", lines({ x: 1, label: [1] }), 'column "label": the cell is empty'],
  ])("is refused for %s, with the line", async (_, content, message) => {
    await expect(findDataset(await write("refused.ndjson", content))).rejects.toMatchObject({
      code: "workloads.malformed-dataset",
      message: expect.stringContaining(message),
    });
  });
});
