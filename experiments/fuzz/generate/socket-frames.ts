// Bytes on a websocket of socket.io: random ones, mutated packets, engine.io's own texts, and frames that break RFC 6455.

import type { RandomSource } from "../../../foundation/random-source.ts";
import { encodeFrame, type Frame } from "../wire/frames.ts";
import { packAnything } from "../wire/pack.ts";
import { between, chance, pick, randomBytes } from "./draw.ts";
import { hostileTexts, hostileValue, nested } from "./hostile-values.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutateText, mutateValue } from "./mutate-value.ts";

/** engine.io packets (revision 4): open, close, ping, pong, message, upgrade, noop; "b" is base64. */
const engineTexts = [
  ...[
    '0{"sid":"x","upgrades":[],"pingInterval":1,"pingTimeout":1,"maxPayload":1}',
    "0",
    "1",
    "2",
    "2probe",
    "3",
    "3probe",
  ],
  ...["4", "40", '40{"token":1}', "41", '42["register",{}]', '420["update",{}]', "43[]", '44{"message":"x"}'],
  ...['451-["x",{"_placeholder":true,"num":0}]', "5", "6", "7", "bAAAA", "b!!!!", "4null", "42[", '42["error"]'],
];

/** Names that socket.io and Node interpret. */
const reservedEvents = [
  "error",
  "disconnect",
  "disconnecting",
  "connect",
  "newListener",
  "removeListener",
  "connect_error",
];

/** What is written after the handshake, one frame or several. */
export function hostileFrames(random: RandomSource, masked: boolean): Buffer {
  const count = chance(random, 0.7) ? 1 : between(random, 2, 5);
  return Buffer.concat(Array.from({ length: count }, () => oneFrame(random, masked)));
}

function oneFrame(random: RandomSource, masked: boolean): Buffer {
  const frame = (opcode: number, payload: Uint8Array, changes: Partial<Frame> = {}) =>
    encodeFrame({ opcode, payload: Buffer.from(payload), ...changes }, masked);
  switch (between(random, 0, 8)) {
    case 0:
      return frame(pick(random, [1, 2]), randomBytes(random, between(random, 0, 300)));
    case 1:
      return frame(1, Buffer.from(pick(random, engineTexts)));
    case 2:
      return frame(1, Buffer.from(mutateText(pick(random, engineTexts), random)));
    case 3:
      return frame(2, packAnything(hostilePacket(random)));
    case 4:
      return frame(2, mutateBytes(packAnything(validPacket(random)), random));
    case 5:
      return frame(2, strangeMessagePack(random));
    case 6:
      return brokenFrame(random, masked);
    case 7:
      return mutateBytes(frame(2, packAnything(validPacket(random))), random);
    default:
      return frame(2, packAnything({ type: 2, nsp: "/", data: [pick(random, reservedEvents), hostileValue(random)] }));
  }
}

function validPacket(random: RandomSource): Record<string, unknown> {
  const data = ["progress", { taskId: "r1-x", phase: "training", fraction: 0.5 }];
  return pick(random, [
    { type: 0, nsp: "/" },
    { type: 0, nsp: "/", data: { token: "x" } },
    { type: 1, nsp: "/" },
    { type: 2, nsp: "/", data },
    { type: 2, nsp: "/", data, id: between(random, 0, 9) },
    { type: 3, nsp: "/", data: [{ accepted: true }], id: between(random, 0, 9) },
    { type: 4, nsp: "/", data: { message: "no" } },
  ]);
}

function hostilePacket(random: RandomSource): unknown {
  const packet = validPacket(random);
  if (chance(random, 0.5)) return mutateValue(packet, random);
  return { ...packet, nsp: pick(random, ["", "/", "/x", "/__proto__", `/${"n".repeat(1000)}`, ...hostileTexts]) };
}

/** MessagePack that is valid but not plain: extensions, dates, lengths that lie, nesting to the stack's end, duplicate keys. */
function strangeMessagePack(random: RandomSource): Buffer {
  const extension = [0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xc7, 0xc8, 0xc9];
  return pick<() => Buffer>(random, [
    () => Buffer.from([pick(random, extension), between(random, 0, 255), ...randomBytes(random, 20)]),
    () => packAnything({ type: 2, nsp: "/", data: ["update", new Date(0)] }),
    () => packAnything({ type: 2, nsp: "/", data: ["update", new Set([1]), new Map([[1, 2]]), /x/, new Error("x")] }),
    () => Buffer.from([pick(random, [0xdd, 0xdf, 0xdb, 0xc6]), 0xff, 0xff, 0xff, pick(random, [0xff, 0x00])]),
    () => Buffer.alloc(pick(random, [10, 100, 5000, 100_000]), pick(random, [0x91, 0x81, 0x92])),
    () => packAnything({ type: 2, nsp: "/", data: ["update", nested(pick(random, [20, 23, 24, 25, 1000]), "map")] }),
    () =>
      Buffer.concat([
        Buffer.from([0x82, 0xa4]),
        Buffer.from("type"),
        Buffer.from([2, 0xa4]),
        Buffer.from("type"),
        Buffer.from([3]),
      ]),
    () => Buffer.alloc(pick(random, [256 * 1024, 256 * 1024 + 1, 300_000]), 0xc0),
  ])();
}

/** Reserved bits and opcodes, fragments without a beginning, control frames that are too long, lengths that lie. */
function brokenFrame(random: RandomSource, masked: boolean): Buffer {
  const payload = Buffer.from(randomBytes(random, between(random, 0, 130)));
  const flags = pick(random, [0x00, 0x40, 0x80, 0x90, 0xa0, 0xc0, 0xf0]);
  const statedLength = pick(random, [undefined, 0, 1, 125, 126, 65_535, 65_536, 262_144, 262_145, 2 ** 32, 2 ** 52]);
  const frame: Frame = { opcode: between(random, 0, 15), payload, flags };
  return encodeFrame(
    statedLength === undefined ? frame : { ...frame, statedLength },
    chance(random, 0.8) ? masked : !masked,
  );
}
