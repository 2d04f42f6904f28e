// A linear scan that admits only plain MessagePack: nil, booleans, numbers, strings, binary, arrays and string-keyed maps.
// msgpackr revives errors, sets, dates, records and cyclic references from extension types; a stranger's bytes must reach none
// of that, nor nest so deep that a recursive decoder overflows its stack. Format: https://github.com/msgpack/msgpack.

import { ProbSelectError } from "../foundation/errors.ts";

/** Deepest nesting of arrays and maps that a message may have; the deepest of ours (a layer's kernel size) has 7. */
export const MAXIMUM_NESTING = 24;

/**
 * Checks that `bytes` are exactly one plain MessagePack value. Touches every byte at most once and allocates O(nesting).
 *
 * @throws {ProbSelectError} protocol.malformed-message with the offset of the first byte that is not acceptable.
 * @example requirePlainMessagePack(Uint8Array.of(0x92, 0x01, 0xc0)) // [1, null]: passes
 */
export function requirePlainMessagePack(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Open containers, innermost last: values still to come, and whether keys alternate with values. */
  const open: { remaining: number; isMap: boolean }[] = [{ remaining: 1, isMap: false }];
  let offset = 0;

  while (open.length > 0) {
    const container = open[open.length - 1] as { remaining: number; isMap: boolean };
    if (container.remaining === 0) {
      open.pop();
      continue;
    }
    if (offset >= bytes.length) throw malformed("it ends in the middle of a value", offset);
    const isKey = container.isMap && container.remaining % 2 === 0;
    container.remaining--;
    const token = describeToken(view, offset);
    if (isKey && token.kind !== "string") throw malformed("a map has a key that is not a string", offset);
    offset += token.headerBytes + token.payloadBytes;
    if (offset > bytes.length) throw malformed("a value is longer than the message", bytes.length);
    if (token.kind === "array" || token.kind === "map") {
      if (open.length > MAXIMUM_NESTING) throw malformed(`it nests deeper than ${MAXIMUM_NESTING} levels`, offset);
      const isMap = token.kind === "map";
      open.push({ remaining: isMap ? token.count * 2 : token.count, isMap });
    }
  }
  if (offset !== bytes.length) throw malformed("bytes follow the value", offset);
}

interface Token {
  readonly kind: "scalar" | "string" | "array" | "map";
  readonly headerBytes: number;
  readonly payloadBytes: number;
  /** Elements of an array, entries of a map. */
  readonly count: number;
}

const scalar = (payloadBytes: number): Token => ({ kind: "scalar", headerBytes: 1, payloadBytes, count: 0 });
const string = (headerBytes: number, payloadBytes: number): Token => {
  return { kind: "string", headerBytes, payloadBytes, count: 0 };
};
const list = (kind: "array" | "map", headerBytes: number, count: number): Token => {
  return { kind, headerBytes, payloadBytes: 0, count };
};

function describeToken(view: DataView, offset: number): Token {
  const first = view.getUint8(offset);
  if (first <= 0x7f || first >= 0xe0) return scalar(0);
  if (first <= 0x8f) return list("map", 1, first & 0x0f);
  if (first <= 0x9f) return list("array", 1, first & 0x0f);
  if (first <= 0xbf) return string(1, first & 0x1f);
  switch (first) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return scalar(0);
    case 0xc4: // binary, 8/16/32-bit length
      return { kind: "scalar", headerBytes: 2, payloadBytes: length(view, offset, 1), count: 0 };
    case 0xc5:
      return { kind: "scalar", headerBytes: 3, payloadBytes: length(view, offset, 2), count: 0 };
    case 0xc6:
      return { kind: "scalar", headerBytes: 5, payloadBytes: length(view, offset, 4), count: 0 };
    case 0xcc: // integers and floats by width
    case 0xd0:
      return scalar(1);
    case 0xcd:
    case 0xd1:
      return scalar(2);
    case 0xca:
    case 0xce:
    case 0xd2:
      return scalar(4);
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return scalar(8);
    case 0xd9: // string, 8/16/32-bit length
      return string(2, length(view, offset, 1));
    case 0xda:
      return string(3, length(view, offset, 2));
    case 0xdb:
      return string(5, length(view, offset, 4));
    case 0xdc:
      return list("array", 3, length(view, offset, 2));
    case 0xdd:
      return list("array", 5, length(view, offset, 4));
    case 0xde:
      return list("map", 3, length(view, offset, 2));
    case 0xdf:
      return list("map", 5, length(view, offset, 4));
    default:
      throw malformed(`type 0x${first.toString(16)} is not allowed`, offset);
  }
}

function length(view: DataView, offset: number, width: 1 | 2 | 4): number {
  if (offset + 1 + width > view.byteLength) throw malformed("it ends in the middle of a length", offset);
  if (width === 1) return view.getUint8(offset + 1);
  return width === 2 ? view.getUint16(offset + 1) : view.getUint32(offset + 1);
}

function malformed(what: string, offset: number): ProbSelectError {
  return new ProbSelectError(
    "protocol.malformed-message",
    `Not a plain MessagePack message: ${what} (byte ${offset}).`,
  );
}
