// The Range header of a download (RFC 9110, section 14): one range is served, several are answered with the whole file.

export type RangeAnswer =
  | { readonly kind: "whole" }
  /** First and last byte, both included. */
  | { readonly kind: "part"; readonly first: number; readonly last: number }
  | { readonly kind: "unsatisfiable" };

/**
 * What a `Range` header asks of a file. A malformed header, another unit or several ranges mean the whole file, as the
 * RFC allows.
 *
 * @param header the header's value, or undefined.
 * @param byteLength size of the file.
 * @example parseByteRange("bytes=500-", 1000) // { kind: "part", first: 500, last: 999 }
 * @example parseByteRange("bytes=-1", 1000) // { kind: "part", first: 999, last: 999 }
 * @example parseByteRange("bytes=1000-", 1000) // { kind: "unsatisfiable" }
 */
export function parseByteRange(header: string | undefined, byteLength: number): RangeAnswer {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec((header ?? "").replaceAll(" ", ""));
  if (!match) return { kind: "whole" };
  const [, from, to] = match as unknown as [string, string, string];
  if (from === "") return suffix(to, byteLength);
  const first = Number(from);
  const last = to === "" ? byteLength - 1 : Math.min(Number(to), byteLength - 1);
  if (to !== "" && Number(to) < first) return { kind: "whole" };
  return first < byteLength ? { kind: "part", first, last } : { kind: "unsatisfiable" };
}

function suffix(count: string, byteLength: number): RangeAnswer {
  if (count === "") return { kind: "whole" };
  if (Number(count) === 0 || byteLength === 0) return { kind: "unsatisfiable" };
  return { kind: "part", first: Math.max(0, byteLength - Number(count)), last: byteLength - 1 };
}

/** Whether an `If-None-Match` or `If-Range` value names this strong entity tag. `*` matches only where `starMatches`. */
export function namesEntityTag(header: string, entityTag: string, starMatches: boolean): boolean {
  if (header.trim() === "*") return starMatches;
  return header.split(",").some((candidate) => candidate.trim() === entityTag);
}
