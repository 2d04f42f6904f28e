// Hostile bytes on the aggregator's two doors, websocket and HTTP, and on the selection service's.

import type { Tally } from "../findings.ts";
import { chance, streamOf } from "../generate/draw.ts";
import { type HttpKnowledge, hostileRequest } from "../generate/http-requests.ts";
import { hostileSelectionRequest } from "../generate/selection-requests.ts";
import { hostileFrames } from "../generate/socket-frames.ts";
import { within } from "../wire/pack.ts";
import { sendBytes } from "../wire/send-bytes.ts";
import { SocketClient } from "../wire/socket-client.ts";
import { DEADLINE_SECONDS } from "./roster-client.ts";

/** The websocket must end: the bytes are refused, or the sentinel after them is, or the sender's end is heard. */
export async function playFrames(
  index: number,
  { seed, port, tally }: { seed: number; port: number; tally: Tally },
): Promise<void> {
  const random = streamOf(seed, index);
  const socket = chance(random, 0.5) ? await SocketClient.open(port) : await SocketClient.openBare(port);
  const bytes = hostileFrames(random, true);
  if (!socket) return tally.find("frame", "the aggregator took no websocket", { index, input: bytes });
  socket.write(bytes);
  socket.sendFrame({ opcode: 1, payload: Buffer.from("garbage") });
  socket.end();
  const end = await within(DEADLINE_SECONDS, socket.closed);
  tally.count("frame", end);
  if (end === "hung") tally.find("frame", "the websocket was not closed", { index, input: bytes });
  await socket.close();
}

export async function playHttp(
  index: number,
  { seed, port, known, tally }: { seed: number; port: number; known: HttpKnowledge; tally: Tally },
): Promise<void> {
  await playRequest(index, "http", { port, bytes: hostileRequest(streamOf(seed, index), known), tally });
}

export async function playSelection(
  index: number,
  { seed, port, tally }: { seed: number; port: number; tally: Tally },
): Promise<void> {
  await playRequest(index, "selection", { port, bytes: hostileSelectionRequest(streamOf(seed, index)), tally });
}

/** Statuses that are an answer to what was asked, not the program's failure: not ready, and a version that nobody speaks. */
const honestFailures = ["503", "505"];

async function playRequest(
  index: number,
  kind: "http" | "selection",
  { port, bytes, tally }: { port: number; bytes: Buffer; tally: Tally },
): Promise<void> {
  const { kind: end, text } = await sendBytes(port, bytes, DEADLINE_SECONDS);
  const at = { index, input: bytes };
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
  tally.count(kind, end === "answered" ? (status ?? "no status") : end);
  if (end === "hung") tally.find(kind, `the connection was not closed; so far it said: ${text.slice(0, 200)}`, at);
  if (end !== "answered") return;
  if (status === undefined) tally.find(kind, `the answer is no HTTP: ${text.slice(0, 200)}`, at);
  else if (status.startsWith("5") && !honestFailures.includes(status))
    tally.find(kind, `answered with ${text.slice(0, 500)}`, at);
}
