import { describe, expect, it } from "vitest";
import { namesEntityTag, parseByteRange } from "../../../server/http/byte-range.ts";

const part = (first: number, last: number) => ({ kind: "part", first, last });

describe("the Range header", () => {
  it.each([
    [undefined, { kind: "whole" }],
    ["bytes=0-", part(0, 999)],
    ["bytes=500-", part(500, 999)],
    ["bytes=10-19", part(10, 19)],
    ["bytes=990-2000", part(990, 999)],
    ["bytes=-1", part(999, 999)],
    ["bytes=-5000", part(0, 999)],
    ["bytes=1000-", { kind: "unsatisfiable" }],
    ["bytes=-0", { kind: "unsatisfiable" }],
    ["bytes=20-10", { kind: "whole" }],
    ["bytes=-", { kind: "whole" }],
    ["bytes=0-1,5-6", { kind: "whole" }],
    ["items=0-1", { kind: "whole" }],
    ["bytes=a-b", { kind: "whole" }],
  ])("%s of 1000 bytes asks for %j", (header, answer) => {
    expect(parseByteRange(header, 1000)).toEqual(answer);
  });

  it("matches entity tags strongly", () => {
    expect(namesEntityTag('"a", "b"', '"b"', true)).toBe(true);
    expect(namesEntityTag('W/"b"', '"b"', true)).toBe(false);
    expect(namesEntityTag("*", '"b"', true)).toBe(true);
    expect(namesEntityTag("*", '"b"', false)).toBe(false);
  });
});
