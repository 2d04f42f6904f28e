import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, it } from "vitest";
import { ProbSelectError } from "../../foundation/errors.ts";
import { MAXIMUM_MESSAGE_BYTES } from "../../protocol/messages.ts";
import { Decoder, decodePacket, Encoder, encodePacket } from "../../protocol/socket-parser.ts";

const packr = new Packr({ useRecords: false });
const decodeValue = (value: unknown) => decodePacket(packr.pack(value));

/** Decodes, or fails with the error that socket.io turns into a closed connection; anything else is a bug. */
function decodesOrRefuses(bytes: Uint8Array): boolean {
  try {
    decodePacket(bytes);
    return true;
  } catch (thrown) {
    if (thrown instanceof ProbSelectError && thrown.code === "protocol.malformed-message") return false;
    throw thrown;
  }
}

describe("the socket parser", () => {
  it("gives back the packet that was encoded", () => {
    const packet = { type: 2, nsp: "/", data: ["train", { taskId: "r1-a", rate: 0.05, big: 2 ** 40 }], id: 7 };
    expect(decodePacket(encodePacket(packet))).toEqual(packet);
  });

  it("gives back every JSON-like argument, for any of them", () => {
    const argument = fc.jsonValue({ maxDepth: 5, noUnicodeString: false });
    fc.assert(
      fc.property(argument, fc.nat(), (value, id) => {
        const decoded = decodePacket(encodePacket({ type: 3, nsp: "/", data: [value], id }));
        // msgpackr renames "__proto__" keys, and -0 is 0 as in JSON: neither is in our messages.
        if (!JSON.stringify(value).includes("__proto__")) {
          expect(JSON.stringify(decoded.data)).toBe(JSON.stringify([value]));
        }
      }),
    );
  });

  it("leaves out undefined properties, as JSON does", () => {
    const packet = { type: 2, nsp: "/", data: ["register", { name: "x", memoryBytes: undefined }] };
    expect(decodePacket(encodePacket(packet)).data).toEqual(["register", { name: "x" }]);
  });

  it("decodes random bytes or refuses them, and never does anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodesOrRefuses(bytes);
      }),
      { numRuns: 5000 },
    );
  });

  it("decodes or refuses a valid packet with any bytes overwritten or cut off", () => {
    const valid = encodePacket({
      type: 2,
      nsp: "/",
      data: ["update", { taskId: "r1-a", loss: 0.5, n: [1, 2, 3] }],
      id: 1,
    });
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.uint8Array({ maxLength: 8 }), fc.nat(valid.length), (at, noise, cut) => {
        const bytes = Uint8Array.from(valid);
        bytes.set(noise.slice(0, bytes.length - at), at);
        decodesOrRefuses(bytes.slice(0, cut));
        decodesOrRefuses(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["an error object", { type: 2, nsp: "/", data: ["x", new Error("boom")] }, /not allowed/],
    ["a set", { type: 2, nsp: "/", data: ["x", new Set([1])] }, /not allowed/],
    ["a date", { type: 2, nsp: "/", data: ["x", new Date(0)] }, /not allowed/],
    ["a number key", { type: 2, nsp: "/", data: ["x", new Map([[1, 2]])] }, /key that is not a string/],
  ])("refuses %s", (_, value, message) => {
    const generous = new Packr({ useRecords: false, moreTypes: true, structuredClone: true });
    expect(() => decodePacket(generous.pack(value))).toThrow(message);
  });

  it("refuses msgpackr's record definitions", () => {
    const records = new Packr({ useRecords: true });
    expect(() => decodePacket(records.pack({ type: 2, nsp: "/", data: ["x"] }))).toThrow(/0xd4 is not allowed/);
  });

  it("does not let a message touch Object.prototype", () => {
    const raw = Buffer.concat([
      Buffer.from([0x81, 0xa9]),
      Buffer.from("__proto__"),
      Buffer.from([0x81, 0xa1, 0x78, 0x01]),
    ]);
    expect(() => decodePacket(raw)).toThrow(ProbSelectError);
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
  });

  it("refuses nesting that would overflow a recursive decoder", () => {
    const deep = Buffer.concat([Buffer.alloc(200_000, 0x91), Buffer.from([0xc0])]);
    expect(() => decodePacket(deep)).toThrow(/nests deeper/);
  });

  it("refuses a huge announced length without allocating it", () => {
    expect(() => decodePacket(Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]))).toThrow(/ends in the middle/);
    expect(() => decodePacket(Buffer.from([0xc6, 0xff, 0xff, 0xff, 0xff]))).toThrow(/longer than the message/);
  });

  it.each([
    ["a number", 5],
    ["an unknown type", { type: 5, nsp: "/" }],
    ["a fractional type", { type: 1.5, nsp: "/" }],
    ["no namespace", { type: 0 }],
    ["a namespace that is not a path", { type: 0, nsp: "x" }],
    ["an event without a name", { type: 2, nsp: "/", data: [] }],
    ["an event with a number as name", { type: 2, nsp: "/", data: [5] }],
    ["a reserved event name", { type: 2, nsp: "/", data: ["disconnect"] }],
    ["the event name error, which would end the process", { type: 2, nsp: "/", data: ["error"] }],
    ["an acknowledgement without id", { type: 3, nsp: "/", data: [] }],
    ["a negative id", { type: 3, nsp: "/", data: [], id: -1 }],
    ["an unknown key", { type: 0, nsp: "/", extra: 1 }],
  ])("refuses %s", (_, value) => {
    expect(() => decodeValue(value)).toThrow(ProbSelectError);
  });

  it("refuses text frames and frames over the size limit", () => {
    expect(() => decodePacket('2["register"]')).toThrow(/not a binary frame/);
    expect(() => decodePacket(Buffer.alloc(MAXIMUM_MESSAGE_BYTES + 1))).toThrow(/at most 262144/);
    expect(() => encodePacket({ type: 2, nsp: "/", data: ["x", "y".repeat(MAXIMUM_MESSAGE_BYTES)] })).toThrow(
      /at most/,
    );
  });

  it("has the encoder and decoder that socket.io expects", () => {
    const decoder = new Decoder();
    const received: unknown[] = [];
    decoder.on("decoded", (packet) => received.push(packet));
    const packet = { type: 0, nsp: "/", data: { sid: "abc" } };
    for (const frame of new Encoder().encode(packet)) decoder.add(frame);
    decoder.destroy();
    expect(received).toEqual([packet]);
    expect(decoder.listenerCount("decoded")).toBe(0);
  });
});
