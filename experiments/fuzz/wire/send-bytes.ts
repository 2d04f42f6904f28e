// Bytes on a bare TCP connection: what comes back, and whether the other side ends it.

import { connect } from "node:net";
import { within } from "./pack.ts";

export interface ByteAnswer {
  /** "hung": neither an answer nor an end within the deadline. */
  readonly kind: "answered" | "closed" | "hung";
  /** The first kilobytes, as Latin-1. */
  readonly text: string;
}

/** After so long without a byte the sender says that it has no more to say. */
const QUIET_MILLISECONDS = 150;
const KEPT_CHARACTERS = 20_000;

/** Sends `bytes` and waits for the end of the connection, at most `deadlineSeconds`. */
export async function sendBytes(port: number, bytes: Uint8Array, deadlineSeconds: number): Promise<ByteAnswer> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  const ended = new Promise<"ended">((resolve) => {
    socket.on("error", () => {});
    socket.on("close", () => resolve("ended"));
    socket.on("data", (chunk) => {
      if (text.length < KEPT_CHARACTERS) text += chunk.toString("latin1");
    });
  });
  socket.setTimeout(QUIET_MILLISECONDS, () => socket.end());
  socket.write(bytes);
  const end = await within(deadlineSeconds, ended);
  socket.destroy();
  return { kind: end === "hung" ? "hung" : text === "" ? "closed" : "answered", text };
}
