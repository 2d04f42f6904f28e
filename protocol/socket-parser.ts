// The socket.io parser that both sides use: one socket.io packet is one binary frame of plain MessagePack.
// Pass the whole module object to socket.io: `new Server({ parser: socketParser })`, `io(url, { parser: socketParser })`.
// Packet format: https://github.com/socketio/socket.io-protocol (revision 5).

import { EventEmitter } from "node:events";
import { Packr } from "msgpackr";
import { ProbSelectError } from "../foundation/errors.ts";
import { MAXIMUM_MESSAGE_BYTES } from "./messages.ts";
import { requirePlainMessagePack } from "./plain-message-pack.ts";

const packetType = { connect: 0, disconnect: 1, event: 2, acknowledgement: 3, connectError: 4 } as const;

/** Event names that Node or socket.io interpret; "error" without a listener would end the process. */
const reservedEvents = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "error",
  "newListener",
  "removeListener",
]);

/** `skipValues` (in msgpackr, not in its types) leaves out undefined properties as JSON does. */
const codecOptions = {
  useRecords: false,
  mapsAsObjects: true,
  moreTypes: false,
  structuredClone: false,
  encodeUndefinedAsNil: true,
  skipValues: [undefined],
  int64AsType: "number" as const,
  copyBuffers: true,
};
const codec = new Packr(codecOptions);

export interface SocketPacket {
  readonly type: number;
  readonly nsp: string;
  readonly data?: unknown;
  readonly id?: number | undefined;
}

/**
 * One packet as bytes.
 *
 * @throws {ProbSelectError} protocol.malformed-message if it is larger than MAXIMUM_MESSAGE_BYTES.
 */
export function encodePacket(packet: SocketPacket): Buffer {
  const { type, nsp, data, id } = packet;
  const bytes = codec.pack({ type, nsp, data, id });
  if (bytes.length > MAXIMUM_MESSAGE_BYTES) {
    throw malformed(`it would have ${bytes.length} bytes; at most ${MAXIMUM_MESSAGE_BYTES} are allowed`);
  }
  return bytes;
}

/**
 * The packet in `frame`.
 *
 * @throws {ProbSelectError} protocol.malformed-message if the frame is text, too large, not plain MessagePack or no packet.
 */
export function decodePacket(frame: unknown): SocketPacket {
  if (!(frame instanceof Uint8Array) && !(frame instanceof ArrayBuffer)) throw malformed("it is not a binary frame");
  const bytes = frame instanceof ArrayBuffer ? Buffer.from(frame) : frame;
  if (bytes.length > MAXIMUM_MESSAGE_BYTES) {
    throw malformed(`it has ${bytes.length} bytes; at most ${MAXIMUM_MESSAGE_BYTES} are allowed`);
  }
  requirePlainMessagePack(bytes);
  return requirePacket(codec.unpack(bytes));
}

function requirePacket(value: unknown): SocketPacket {
  if (!isObject(value)) throw malformed("it is not a map");
  const { type, nsp, data, id, ...others } = value;
  if (Object.keys(others).length > 0) throw malformed("it has unknown keys");
  if (typeof type !== "number" || !Number.isInteger(type) || type < 0 || type > packetType.connectError) {
    throw malformed("its type is not one of 0 to 4");
  }
  if (typeof nsp !== "string" || !nsp.startsWith("/")) throw malformed("its namespace is not a path");
  if (id !== undefined && !(typeof id === "number" && Number.isSafeInteger(id) && id >= 0)) {
    throw malformed("its id is not a natural number");
  }
  if (type === packetType.acknowledgement && id === undefined) throw malformed("an acknowledgement has no id");
  const problem = problemOfData(type, data);
  if (problem) throw malformed(problem);
  return { type, nsp, data, id };
}

function problemOfData(type: number, data: unknown): string | undefined {
  switch (type) {
    case packetType.connect:
      return data === undefined || isObject(data) ? undefined : "a connect packet's data is not a map";
    case packetType.disconnect:
      return data === undefined ? undefined : "a disconnect packet has data";
    case packetType.event: {
      if (!Array.isArray(data) || typeof data[0] !== "string") return "an event's data does not start with its name";
      return reservedEvents.has(data[0]) ? `the event name "${data[0]}" is reserved` : undefined;
    }
    case packetType.acknowledgement:
      return Array.isArray(data) ? undefined : "an acknowledgement's data is not an array";
    default:
      return typeof data === "string" || isObject(data) ? undefined : "an error packet's data is no text or map";
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function malformed(what: string): ProbSelectError {
  return new ProbSelectError("protocol.malformed-message", `A socket packet is malformed: ${what}.`);
}

/** What socket.io calls to send. */
export class Encoder {
  encode(packet: SocketPacket): Buffer[] {
    return [encodePacket(packet)];
  }
}

/** What socket.io calls to receive. An error thrown by `add` makes socket.io close that connection. */
export class Decoder extends EventEmitter {
  add(frame: unknown): void {
    this.emit("decoded", decodePacket(frame));
  }

  destroy(): void {
    this.removeAllListeners("decoded");
  }
}

/** Revision of the socket.io packet format. */
export const protocol = 5;

/** The value for socket.io's `parser` option. */
export const socketParser = { protocol, Encoder, Decoder };
