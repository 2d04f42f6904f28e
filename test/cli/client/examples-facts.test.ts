import { describe, expect, it } from "vitest";
import { examplesFacts } from "../../../cli/client/examples-facts.ts";
import { registerSchema } from "../../../protocol/messages.ts";
import { registration } from "../../server/support/scripted-agent.ts";

const examples = { shape: [4], classCount: 3 };

describe("what an agent tells of its examples", () => {
  it.each([
    ["./private/a.csv?scale=minmax", "minmax"],
    ["ndjson:./private/a?scale=standardise", "standardise"],
    ["./private/a.csv", "none"],
    ["images:./private/a", undefined],
    ["./private/a.mjs", undefined],
    ["mnist", undefined],
  ])("of %s has the scaling %s, and no name of a file", (name, scaling) => {
    const facts = examplesFacts(name, examples);
    expect(facts.scaling).toBe(scaling);
    expect(JSON.stringify(facts)).not.toContain("private");
    expect(registerSchema.parse(registration("a", { examples: facts })).examples).toEqual(facts);
  });
});
