import { describe, expect, it } from "vitest";
import { classWords, examplesFacts, wholeSetHint } from "../../../cli/client/examples-facts.ts";
import { registerSchema } from "../../../protocol/messages.ts";
import { registration } from "../../server/support/scripted-agent.ts";

const examples = { shape: [4], classCount: 3 };

const named = (data: string, shard = "1/1") => ({ data, shard, partition: "iid", partitionSeed: 1 });

describe("what an agent tells of its examples", () => {
  it.each([
    ["./private/a.csv?scale=minmax", "minmax"],
    ["ndjson:./private/a?scale=standardise", "standardise"],
    ["./private/a.csv", "none"],
    ["images:./private/a", undefined],
    ["./private/a.mjs", undefined],
    ["mnist", undefined],
  ])("of %s has the scaling %s, and no name of a file", (name, scaling) => {
    const facts = examplesFacts(named(name), examples);
    expect(facts.scaling).toBe(scaling);
    expect(JSON.stringify(facts)).not.toContain("private");
    expect(registerSchema.parse(registration("a", { examples: facts })).examples).toEqual(facts);
  });

  it("has its share of a data set that everybody has, and none of one of its own", () => {
    expect(examplesFacts(named("mnist", "2/3"), examples).share).toEqual({
      dataset: "mnist",
      split: "iid, seed 1",
      number: 2,
      count: 3,
    });
    expect(examplesFacts(named("./private/a.csv"), examples).share).toBeUndefined();
  });

  it("comes with a hint at --shard where it holds all of such a data set", () => {
    expect(wholeSetHint(examplesFacts(named("mnist"), examples))).toContain("--shard 1/3");
    expect(wholeSetHint(examplesFacts(named("mnist", "2/3"), examples))).toBe("");
    expect(wholeSetHint(examplesFacts(named("./private/a.csv"), examples))).toBe("");
  });

  it("says what its classes are as digests of their names, which its own log shows", () => {
    const names = { classNames: ["setosa", "virginica"], inputNames: ["length"] };
    const facts = examplesFacts(named("./private/a.csv"), { ...examples, names });
    expect(facts.meaning?.classes).toHaveLength(2);
    expect(JSON.stringify(facts)).not.toMatch(/setosa|length/);
    expect(classWords("./private/a.csv", names)).toBe('classes "setosa", "virginica"');
    const letters = { classNames: [..."abcdefghijklmnop"] };
    expect(classWords("./private/a.txt", letters)).toMatch(/^characters "a", "b", .* and 4 more$/);
    expect(classWords("mnist", {})).toBeUndefined();
  });
});
