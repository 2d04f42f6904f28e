// The aggregator's end of an agent's connection, made of bare frames, so that it can break every rule of the protocol.

import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { decodePacket, type SocketPacket } from "../../../protocol/socket-parser.ts";
import { createFrameReader, encodeFrame, type Frame } from "./frames.ts";
import { packAnything, within } from "./pack.ts";

/** RFC 6455, section 1.3. */
const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const OPEN_PACKET = '0{"sid":"fuzz","upgrades":[],"pingInterval":60000,"pingTimeout":60000,"maxPayload":262144}';

export type AgentPacket = SocketPacket;

export class AgentConnection {
  readonly closed: Promise<"closed">;
  readonly #socket: Duplex;
  readonly #answers = new Map<number, (reply: unknown) => void>();
  /** Packets of the agent, acknowledgements excepted. */
  onPacket: (packet: AgentPacket) => void = () => {};
  #isOpen = true;
  #nextId = 1;

  /** Takes over an upgrade request; the websocket is open then, and nothing has been said on it. */
  constructor(request: IncomingMessage, socket: Duplex) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on("error", () => {});
      // The agent's process may be gone; an upgraded socket of a server stays half open by itself.
      socket.on("end", () => socket.destroy());
      socket.on("close", () => {
        this.#isOpen = false;
        resolve("closed");
      });
    });
    const key = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${WEBSOCKET_GUID}`).digest("base64");
    const head = [
      "HTTP/1.1 101 Switching Protocols",
      "upgrade: websocket",
      "connection: upgrade",
      `sec-websocket-accept: ${key}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    const readFrames = createFrameReader();
    socket.on("data", (chunk: Buffer) => {
      for (const frame of readFrames(chunk)) this.#take(frame);
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** engine.io's greeting. */
  greet(): void {
    this.write(encodeFrame({ opcode: 1, payload: Buffer.from(OPEN_PACKET) }, false));
  }

  sendPacket(packet: unknown): void {
    this.write(encodeFrame({ opcode: 2, payload: packAnything(packet) }, false));
  }

  write(bytes: Uint8Array): void {
    if (this.#isOpen) this.#socket.write(bytes);
  }

  /** Sends an event and waits for its acknowledgement, as `SocketClient.ask`. */
  async ask(seconds: number, event: unknown, ...messages: readonly unknown[]): Promise<unknown> {
    const id = this.#nextId++;
    const reply = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    this.sendPacket({ type: 2, nsp: "/", data: [event, ...messages], id });
    const answer = await within(seconds, Promise.race([reply, this.closed]));
    this.#answers.delete(id);
    return answer;
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }

  #take({ opcode, payload }: Frame): void {
    if (opcode === 8) return void this.#socket.destroy();
    if (opcode !== 2) return;
    const packet = decodePacket(payload);
    if (packet.type !== 3 || packet.id === undefined) this.onPacket(packet);
    else this.#answers.get(packet.id)?.(Array.isArray(packet.data) ? packet.data[0] : undefined);
  }
}
