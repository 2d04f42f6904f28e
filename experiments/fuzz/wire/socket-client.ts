// A socket.io connection to the aggregator made of bare frames: says what no client library lets through, and answers heartbeats.

import { connect, type Socket } from "node:net";
import { decodePacket } from "../../../protocol/socket-parser.ts";
import { createFrameReader, encodeFrame, type Frame } from "./frames.ts";
import { packAnything, within } from "./pack.ts";

const HANDSHAKE = [
  "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
  "Host: 127.0.0.1",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "",
  "",
].join("\r\n");

const CLOSE_OPCODE = 8;
const DEADLINE_SECONDS = 30;

export type Acknowledge = (reply: unknown) => void;
/** What became of a question: the reply, or that there will be none. */
export type Asked = { readonly kind: "answered"; readonly reply: unknown } | { readonly kind: "closed" | "hung" };

export class SocketClient {
  readonly closed: Promise<"closed">;
  /** Told of every event of the other side. */
  onEvent: (event: string, message: unknown, acknowledge: Acknowledge) => void = () => {};
  readonly #socket: Socket;
  readonly #answers = new Map<number, (reply: unknown) => void>();
  #nextId = 0;
  #upgraded = false;
  #isOpen = true;
  #signal: (step: "upgraded" | "joined") => void = () => {};

  private constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.closed = new Promise((resolve) => {
      this.#socket.on("error", () => {});
      this.#socket.on("close", () => {
        this.#isOpen = false;
        resolve("closed");
      });
    });
    let head: Buffer = Buffer.alloc(0);
    const readFrames = createFrameReader();
    this.#socket.on("data", (chunk) => {
      if (this.#upgraded) return this.#take(readFrames(chunk));
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#upgraded = true;
      this.#signal("upgraded");
      this.#take(readFrames(head.subarray(end + 4)));
    });
    this.#socket.write(HANDSHAKE);
  }

  /** A websocket that has not joined a namespace; undefined if the aggregator does not take it. */
  static async openBare(port: number): Promise<SocketClient | undefined> {
    const client = new SocketClient(port);
    return (await client.#step("upgraded")) ? client : undefined;
  }

  /** A connection that can send events; undefined if the aggregator does not take it. */
  static async open(port: number): Promise<SocketClient | undefined> {
    const client = await SocketClient.openBare(port);
    if (!client) return undefined;
    client.sendPacket({ type: 0, nsp: "/" });
    return (await client.#step("joined")) ? client : undefined;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends an event and waits for its acknowledgement or the connection's end. */
  async ask(event: string, ...messages: readonly unknown[]): Promise<Asked> {
    const id = this.#nextId++;
    const reply = new Promise<Asked>((resolve) => {
      this.#answers.set(id, (answered) => resolve({ kind: "answered", reply: answered }));
    });
    this.sendPacket({ type: 2, nsp: "/", data: [event, ...messages], id });
    const asked = await within(DEADLINE_SECONDS, Promise.race([reply, this.closed]));
    this.#answers.delete(id);
    if (asked === "closed" || asked === "hung") return { kind: asked };
    return asked;
  }

  /** Sends an event that asks for no answer. */
  tell(event: unknown, ...messages: readonly unknown[]): void {
    this.sendPacket({ type: 2, nsp: "/", data: [event, ...messages] });
  }

  sendPacket(packet: unknown): void {
    this.sendFrame({ opcode: 2, payload: packAnything(packet) });
  }

  sendFrame(frame: Frame): void {
    this.write(encodeFrame(frame, true));
  }

  write(bytes: Uint8Array): void {
    if (this.#isOpen) this.#socket.write(bytes);
  }

  /** Says that nothing more will come. */
  end(): void {
    this.#socket.end();
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }

  async #step(wanted: "upgraded" | "joined"): Promise<boolean> {
    const done = new Promise<boolean>((resolve) => {
      this.#signal = (step) => {
        if (step === wanted) resolve(true);
      };
    });
    const step = await within(DEADLINE_SECONDS, Promise.race([done, this.closed]));
    if (step === true) return true;
    this.#socket.destroy();
    return false;
  }

  #take(frames: readonly Frame[]): void {
    for (const { opcode, payload } of frames) {
      if (opcode === CLOSE_OPCODE) this.#socket.destroy();
      // engine.io asks "2" and expects "3".
      else if (opcode === 1) payload.toString() === "2" && this.sendFrame({ opcode: 1, payload: Buffer.from("3") });
      else if (opcode === 2) this.#takePacket(payload);
    }
  }

  #takePacket(payload: Buffer): void {
    const { type, data, id } = decodePacket(payload);
    if (type === 0) this.#signal("joined");
    if (type === 3 && id !== undefined && Array.isArray(data)) this.#answers.get(id)?.(data[0]);
    if (type !== 2 || !Array.isArray(data)) return;
    const acknowledge = (reply: unknown) => {
      if (id !== undefined) this.sendPacket({ type: 3, nsp: "/", data: [reply], id });
    };
    this.onEvent(String(data[0]), data[1], acknowledge);
  }
}
