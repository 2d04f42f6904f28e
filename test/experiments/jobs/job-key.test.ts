import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../experiments/jobs/canonical-json.ts";
import { keyedJob, keyOf, provenanceOf } from "../../../experiments/jobs/job-key.ts";
import { packageVersion } from "../../../server/package-version.ts";
import { type Instructions, testJob } from "../../support/jobs/test-jobs.ts";

const instructions: Instructions = { name: "a", log: "log", steps: 3 };
const provenance = { probselectVersion: "1.2.3", resultsVersion: 4, measurements: null };

/** The same data, with the properties of every object set in the reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, part]) => [name, reversed(part)]),
  );
}

describe("canonical JSON", () => {
  it("sorts the properties of every object and leaves out what is undefined", () => {
    expect(canonicalJson({ b: 1, a: [{ d: 2, c: undefined }, null] })).toBe('{"a":[{"d":2},null],"b":1}');
  });

  it("is one text for the same data, and means that data", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("a job's key", () => {
  const { key, text } = keyedJob(testJob(instructions), provenance);

  it("is the same for equal jobs, whatever the order of their properties", () => {
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(keyedJob(reversed(testJob(instructions)) as ReturnType<typeof testJob>, provenance).key).toBe(key);
    expect(keyOf(text, provenance)).toBe(key);
  });

  it("is another one for every change of the job or of what its result rests on", () => {
    const others = [
      keyedJob(testJob({ ...instructions, steps: 4 }), provenance),
      keyedJob({ ...testJob(instructions), spec: { ...testJob(instructions).spec, seed: 2 } }, provenance),
      keyedJob(testJob(instructions), { ...provenance, probselectVersion: "1.2.4" }),
      keyedJob(testJob(instructions), { ...provenance, resultsVersion: 5 }),
      keyedJob(testJob(instructions), { ...provenance, measurements: "0".repeat(64) }),
    ];
    expect(new Set([key, ...others.map((other) => other.key)]).size).toBe(6);
  });

  it("rests on this version of the package, and on no measurements unless a folder is named", async () => {
    expect(await provenanceOf(undefined)).toMatchObject({ probselectVersion: packageVersion(), measurements: null });
  });
});
