import { readFile } from "node:fs/promises";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { useDataFolder } from "../workloads/files/data-folder.ts";
import { runCli } from "./run-cli.ts";

const { write, path } = useDataFolder();

/** 60 rows of three users, 20 each; "ada" has class a only, "bob" b only, "eve" both. */
const rows = Array.from({ length: 60 }, (_, row) => {
  const user = ["ada", "bob", "eve"][row % 3];
  const label = user === "ada" ? "a" : user === "bob" ? "b" : row % 2 === 0 ? "a" : "b";
  return `${row},${label},${user}`;
});

describe("probselect data show", () => {
  it("says what the data hold and how a partition divides them, as JSON and as a figure", async () => {
    const file = await write("users.csv", `x,label,user\n${rows.join("\n")}`);
    const figure = path("figures/split.svg");
    const name = `${file}?id=user&testShare=0`;
    const split = ["--partition", "natural", "--clients", "3"];
    const { code, stdout } = await runCli("data", "show", name, ...split, "--out", figure, "--json");
    expect(code).toBe(0);
    const data = JSON.parse(stdout);
    expect(data).toMatchObject({
      exampleShape: [1],
      trainingCount: 60,
      testCount: 0,
      // One float32 each.
      inputBytes: 240,
      classes: [
        { name: "a", trainingCount: 30 },
        { name: "b", trainingCount: 30 },
      ],
      split: { partition: "natural", seed: 1, leftOutCount: 0, smallestShare: 20, largestShare: 20 },
      figure,
    });
    // Two users with one class: 1/2 from (1/2, 1/2); one with both alike: 0. The mean is 1/3.
    expect(data.split.meanTotalVariation).toBeCloseTo(1 / 3, 12);
    const { document } = parseHTML(await readFile(figure, "utf8"));
    const words = document.querySelector("svg")?.textContent ?? "";
    expect(words).toContain("over 3 clients, natural");
    expect(words).toContain("client number");
    expect(words).toContain("examples");
    // Three clients, two classes; a bar of height 0 is one too.
    expect([...document.querySelectorAll("rect title")].map(({ textContent }) => textContent).sort()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^client 1, [ab]: \d+ examples$/)]),
    );
    const bars = [...document.querySelectorAll('g[aria-label="bar"] rect')];
    expect(bars.length).toBe(6);
  });

  it("lists clients, classes and distances for people", async () => {
    const { code, stdout } = await runCli("data", "show", "mnist", "--partition", "labels:2", "--clients", "5");
    expect(code).toBe(0);
    expect(stdout).toContain("mnist: examples of 28 x 28 x 1");
    expect(stdout).toContain("60,000 training and 10,000 test examples; the training examples take 188.2 MB in memory");
    expect(stdout).toContain("10 classes with so many training examples: 0 5923, 1 6742");
    expect(stdout).toMatch(/│ {6}5 │ +\d+ │ {7}2 │ +5\d % │ +0\.\d{3} │/);
  });

  it.each([
    [["show", "mnist", "--partition", "shard:2"], 2, 'The partition "shard:2" is not known'],
    [["show", "a.csv?lable=x"], 2, 'Did you mean "label"?'],
    [["show", "mnist", "--partition", "natural"], 1, "does not say to whom its examples belong"],
  ])("%j ends with %i and says why", async (given, expectedCode, message) => {
    const { code, stderr } = await runCli("data", ...given);
    expect([code, stderr]).toEqual([expectedCode, expect.stringContaining(message)]);
  });
});
