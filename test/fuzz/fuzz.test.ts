// A short fuzz run; `npm run fuzz` is the long one (docs/fuzzing.md).

import { expect, it } from "vitest";
import { hostileMessage } from "../../experiments/fuzz/generate/agent-messages.ts";
import { streamOf } from "../../experiments/fuzz/generate/draw.ts";
import { hostileParameterFile, isUsable } from "../../experiments/fuzz/generate/parameter-files.ts";
import { hostileFrames } from "../../experiments/fuzz/generate/socket-frames.ts";
import { inputKinds, kindOf } from "../../experiments/fuzz/kinds.ts";
import { tinyFile } from "../../experiments/fuzz/tiny-model.ts";
import { compiledPath } from "../support/compiled.ts";

/** As compiled: so are the processes that it starts. */
const { runFuzz }: typeof import("../../experiments/fuzz/run-fuzz.ts") = await import(
  compiledPath("experiments/fuzz/run-fuzz.ts")
);

const known = { taskIds: ["r1-a"], clientIds: ["a"] };

it.each([
  ["parameter files", 1001],
  ["coded updates", 1002],
])(
  "survives 1500 hostile inputs in a run of %s: no crash, no hang, no leak, and the model is as if nobody hostile were there",
  async (_, seed) => {
    const { inputs, findings, counts, modelSha256 } = await runFuzz({ seed, firstIndex: 0, inputs: 1500 });
    expect(findings).toEqual([]);
    expect(modelSha256.underFuzz).toBe(modelSha256.alone);
    expect(Object.keys(counts).sort()).toEqual([...inputKinds].sort());
    // Answers whose connection broke a round before may be left over.
    expect(inputs).toBeGreaterThan(1490);
  },
  240_000,
);

it("makes the same input of a seed and an index", () => {
  for (const index of [0, 1, 77, 99_999]) {
    expect(hostileMessage(streamOf(7, index), known)).toEqual(hostileMessage(streamOf(7, index), known));
    expect(hostileFrames(streamOf(7, index), true)).toEqual(hostileFrames(streamOf(7, index), true));
  }
  expect(hostileFrames(streamOf(7, 1), true)).not.toEqual(hostileFrames(streamOf(8, 1), true));
});

it("never makes a parameter file that may rightly be taken", () => {
  const valid = tinyFile(9);
  expect(isUsable(Buffer.from(valid), valid)).toBe(true);
  const usable = Array.from({ length: 2000 }, (_, index) => index).filter((index) =>
    isUsable(hostileParameterFile(valid, streamOf(1, index)), valid),
  );
  expect(usable).toEqual([]);
});

it("gives each kind its share of a hundred inputs", () => {
  const kinds = Array.from({ length: 100 }, (_, index) => kindOf(index));
  expect(kinds.filter((kind) => kind === "message")).toHaveLength(44);
  expect(new Set(kinds).size).toBe(inputKinds.length);
});
