import { describe, expect, it } from "vitest";
import { requireTokenIds } from "../../models/require-token-ids.ts";
import { findArchitecture, lenet5 } from "../../models/zoo.ts";

const network = (vocabularySize: number) =>
  findArchitecture("char-lstm", { inputShape: [3], classCount: 4, vocabularySize });
const examples = (...inputs: number[]) => ({
  ...{ exampleCount: inputs.length / 3, exampleShape: [3], classCount: 4 },
  ...{ inputs: Float32Array.from(inputs), labels: new Uint8Array(inputs.length / 3) },
});

describe("the ids of tokens", () => {
  it("may be every integer that the embedding has a row for", () => {
    expect(() => requireTokenIds(network(6), examples(0, 1, 2, 3, 4, 5))).not.toThrow();
  });

  it.each([
    ["one too large", 6],
    ["below 0", -1],
    ["no integer", 0.5],
    ["no number", Number.NaN],
  ])("are refused with %s, saying where", (_, wrong) => {
    expect(() => requireTokenIds(network(6), examples(0, 1, 2, 3, wrong, 5))).toThrow(
      expect.objectContaining({
        code: "models.shape-mismatch",
        message: expect.stringContaining(`ids from 0 to 5, but an example has ${wrong} at position 1.`),
      }),
    );
  });

  it("are those of the network, not of the data alone", () => {
    const data = examples(0, 1, 5);
    expect(() => requireTokenIds(network(6), data)).not.toThrow();
    expect(() => requireTokenIds(network(5), data)).toThrow(/has 5 at position 2/);
    expect(() => requireTokenIds(network(7), data)).not.toThrow();
  });

  it("are nothing that a network without an embedding asks for", () => {
    expect(() => requireTokenIds(lenet5, examples(0.5, -1, 1000))).not.toThrow();
  });
});
