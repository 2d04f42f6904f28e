// Values that no honest program sends: numbers at and beyond every edge, names that JavaScript interprets, texts that break
// encoders, structures that are too deep or too large.

import type { RandomSource } from "../../../foundation/random-source.ts";
import { between, pick, randomBytes } from "./draw.ts";

export const hostileNumbers: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  ...[-0, 0, 1, -1, 0.5, 5e-324, 1e-9, 1e21, 1e22, 1e308, -1e308, 999_999_999.5],
  ...[2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63, -(2 ** 31), -(2 ** 53)],
];

export const hostileTexts: readonly string[] = [
  ...["", " ", "\u0000", "\ud800", "\udfff\ud800", "\u202e", "\ufeff", "é\u0301", "💥", "\r\nx: y", "'\"<script>"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then", "toJSON", "valueOf", "length"],
  ...[
    "../../../etc/passwd",
    "..\\..\\x",
    "/",
    "//127.0.0.1:1/x",
    "\\\\host\\share",
    "file:///etc/passwd",
    "%2e%2e%2f",
    "%00",
  ],
  ...["NaN", "Infinity", "1e999", "0x10", "null", "undefined", "[object Object]", "$&", "%s%n", "' or 1=1"],
  ...["a".repeat(64), "a".repeat(65), "a".repeat(201), "x".repeat(2001), "y".repeat(70_000), "💥".repeat(1000)],
];

/** Keys that are names of `Object.prototype`, or nothing that a schema knows. */
export const hostileKeys: readonly string[] = [
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then", "toJSON", "valueOf", "length"],
  ...["", "admin", "0", "accepted", "\u0000", "\ud800", "k".repeat(5000)],
];

/** The object with one more own property, also for "__proto__", which an assignment would take for the prototype. */
export function withKey(object: object, key: string, value: unknown): object {
  const copy = { ...object };
  Object.defineProperty(copy, key, { value, enumerable: true, writable: true, configurable: true });
  return copy;
}

/** An array or a map that holds itself no deeper than `depth` times. */
export function nested(depth: number, kind: "array" | "map"): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level++) value = kind === "array" ? [value] : { a: value };
  return value;
}

const structures: readonly ((random: RandomSource) => unknown)[] = [
  () => [],
  () => ({}),
  () => [null],
  (random) => nested(pick(random, [5, 23, 24, 25, 200, 2000]), pick(random, ["array", "map"] as const)),
  (random) => Array.from({ length: pick(random, [33, 1001, 20_000]) }, () => 0),
  (random) => Object.fromEntries(Array.from({ length: between(random, 1, 400) }, (_, index) => [`k${index}`, index])),
  (random) => withKey({}, pick(random, hostileKeys), pick(random, hostileNumbers)),
  (random) => ({ type: "Buffer", data: [between(random, 0, 255)] }),
  (random) => randomBytes(random, pick(random, [0, 1, 32, 5000])),
];

/** Any of them. */
export function hostileValue(random: RandomSource): unknown {
  const scalars = [null, undefined, true, false, 2n ** 63n - 1n, -(2n ** 63n)] as const;
  switch (between(random, 0, 3)) {
    case 0:
      return pick(random, hostileNumbers);
    case 1:
      return pick(random, hostileTexts);
    case 2:
      return pick(random, scalars);
    default:
      return pick(random, structures)(random);
  }
}

/** The text with a replacement character for each lone surrogate, which no URL can carry. */
export const wellFormed = (text: string): string => Buffer.from(text, "utf8").toString("utf8");
