import { describe, expect, it } from "vitest";
import { z } from "zod";
import { schemaProblems } from "../../foundation/schema-problems.ts";

const shape = z.union([
  z.enum(["point", "plane"]),
  z.strictObject({ radius: z.number() }),
  z.strictObject({ width: z.number(), height: z.number(), colour: z.enum(["red", "green"]).optional() }),
]);
const schema = z.strictObject({
  name: z.string().optional(),
  shapes: z.array(shape).default([]),
  byName: z.record(z.string(), shape).optional(),
  clock: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("wall") }),
      z.strictObject({ kind: z.literal("made"), pace: z.number() }),
    ])
    .optional(),
  tagged: z
    .union([
      z.strictObject({ kind: z.literal("a"), first: z.number() }),
      z.strictObject({ kind: z.literal("b"), first: z.number(), second: z.number(), third: z.number() }),
    ])
    .optional(),
  nested: z
    .union([z.string(), z.strictObject({ inner: z.union([z.number(), z.strictObject({ deep: z.number() })]) })])
    .optional(),
  changed: z.union([z.string().transform((length) => ({ length })), z.strictObject({ length: z.string() })]).optional(),
});

function problems(document: unknown): string[] {
  const parsed = schema.safeParse(document);
  if (parsed.success) throw new Error("nothing is wrong with it");
  return schemaProblems(parsed.error.issues, schema, document).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
}

describe("what is wrong with a document", () => {
  it.each<[string, unknown, string[]]>([
    [
      "a misspelt key, with the one that was meant and all that are allowed",
      { nmae: "x" },
      [
        ': Unrecognized key: "nmae". Did you mean "name"? Allowed: name, shapes, byName, clock, tagged, nested, changed',
      ],
    ],
    [
      "a key that is like none",
      { shapes: [{ radius: 1, weight: 2 }] },
      ['shapes.0: Unrecognized key: "weight". Allowed: radius'],
    ],
    [
      "in the alternative whose keys it has, not in the first one",
      { shapes: [{ radius: 1 }, { width: 1, hieght: 2 }] },
      ['shapes.1: Unrecognized key: "hieght". Did you mean "height"? Allowed: width, height, colour'],
    ],
    [
      "in the alternative whose key was probably meant",
      { shapes: [{ raduis: 1 }] },
      ['shapes.0: Unrecognized key: "raduis". Did you mean "radius"? Allowed: radius'],
    ],
    [
      "a key that is missing where nothing stands in its place",
      { shapes: [{ width: 1 }] },
      ["shapes.0.height: Invalid input: expected number, received undefined"],
    ],
    [
      "a name that is close to an allowed one",
      { shapes: ["plan"] },
      ['shapes.0: Invalid option: expected one of "point"|"plane". Did you mean "plane"?'],
    ],
    [
      "a value of the type of no alternative",
      { shapes: [3] },
      ['shapes.0: Invalid input: expected "point" or "plane" or object, received number'],
    ],
    [
      "below the keys of a record",
      { byName: { mine: { width: 1, height: 2, colour: "gren" } } },
      ['byName.mine.colour: Invalid option: expected one of "red"|"green". Did you mean "green"?'],
    ],
    [
      "a kind that does not exist",
      { clock: { kind: "mode" } },
      ['clock.kind: Expected one of "wall", "made". Did you mean "made"?'],
    ],
    [
      "a kind whose key is misspelt",
      { clock: { knid: "wall" } },
      ['clock.kind: Expected one of "wall", "made". Did you mean "kind" by "knid"?'],
    ],
    [
      "in the alternative of its literal, though another one has fewer problems",
      { tagged: { kind: "b", first: "1", second: "2" } },
      [
        "tagged.first: Invalid input: expected number, received string",
        "tagged.second: Invalid input: expected number, received string",
        "tagged.third: Invalid input: expected number, received undefined",
      ],
    ],
    [
      "in alternatives of alternatives",
      { nested: { inner: { depe: 1 } } },
      ['nested.inner: Unrecognized key: "depe". Did you mean "deep"? Allowed: deep'],
    ],
    [
      "in alternatives that are changed when they are read",
      { changed: { lenght: "x" } },
      ['changed: Unrecognized key: "lenght". Did you mean "length"? Allowed: length'],
    ],
    [
      "a key of every object's prototype",
      { shapes: [{ radius: 1, constructor: 2 }] },
      ['shapes.0: Unrecognized key: "constructor". Allowed: radius'],
    ],
  ])("is %s", (_, document, expected) => {
    expect(problems(document)).toEqual(expected);
  });

  it("is told for each of several slips", () => {
    expect(problems({ name: 3, shapes: [{ raduis: 1 }, "plan"] })).toHaveLength(3);
  });

  it("names the first twenty of very many unknown keys, and says how many more there are", () => {
    const document = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`nmae${index}`, 1]));
    const told = problems(document);
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toBe(": and 199980 more unrecognized keys");
  });

  it("does not look for the meaning of a name of a million letters", () => {
    expect(problems({ shapes: ["p".repeat(1_000_000)] })).toEqual([
      'shapes.0: Invalid input: expected "point" or "plane" or object, received string',
    ]);
  });
});
