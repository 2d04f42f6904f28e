// Bytes on a bare TCP connection, for what no honest client library would send.

import { connect } from "node:net";

/**
 * Sends `bytes`, and resolves with everything that came back once the connection is closed (or `done` says so).
 *
 * @param options.andEnd says that nothing more will come: else a server rightly waits a minute for the rest of a request of
 * which it has seen line ends only.
 */
export async function sendRaw(
  port: number,
  bytes: Uint8Array | string,
  options: { readonly done?: (answer: string) => boolean; readonly andEnd?: boolean } = {},
): Promise<string> {
  const { done = () => false, andEnd = false } = options;
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  await new Promise<void>((resolve) => {
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
      if (done(answer)) resolve();
    });
    socket.on("close", () => resolve());
    socket.on("error", () => resolve());
    socket.write(bytes);
    if (andEnd) socket.end();
  });
  socket.destroy();
  return answer;
}

/** A websocket, open to the aggregator's socket.io path, as bare TCP. */
export interface RawWebSocket {
  /** Sends one frame, binary unless `text`. */
  sendFrame(payload: Uint8Array, options?: { readonly text?: boolean }): void;
  /** Resolves when the aggregator closes the websocket. */
  readonly closed: Promise<void>;
}

export async function openRawWebSocket(port: number): Promise<RawWebSocket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const handshake = [
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "",
  ];
  let received = Buffer.alloc(0);
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      const start = received.indexOf("\r\n\r\n");
      if (start < 0) return;
      open();
      if (!hasCloseFrame(received.subarray(start + 4))) return;
      resolve();
      socket.destroy();
    });
  });
  socket.write(handshake.join("\r\n"));
  await opened;
  return {
    closed,
    sendFrame(payload, { text = false } = {}) {
      // RFC 6455, section 5.2: FIN and opcode, mask bit and length, a mask of zeros, the payload as it is.
      const length = payload.byteLength;
      const header = length < 126 ? [length | 0x80] : [126 | 0x80, length >> 8, length & 0xff];
      socket.write(Buffer.concat([Buffer.from([text ? 0x81 : 0x82, ...header, 0, 0, 0, 0]), payload]));
    },
  };
}

/** Whether one of the server's frames, all of them short, has the opcode 8. */
function hasCloseFrame(frames: Buffer): boolean {
  for (let at = 0; at + 1 < frames.length; ) {
    if (((frames[at] ?? 0) & 0x0f) === 8) return true;
    const short = (frames[at + 1] ?? 0) & 0x7f;
    at += short < 126 ? 2 + short : 4 + frames.readUInt16BE(at + 2);
  }
  return false;
}
