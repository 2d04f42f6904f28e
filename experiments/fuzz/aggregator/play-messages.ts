// Hostile control messages on connections that have not registered, that have, and that have a task.

import type { Tally } from "../findings.ts";
import {
  type HostileMessage,
  hostileMessage,
  type RunKnowledge,
  validRegistration,
} from "../generate/agent-messages.ts";
import { chance, streamOf } from "../generate/draw.ts";
import { type Asked, SocketClient } from "../wire/socket-client.ts";
import { isAccepted, type RosterClient, replyOf } from "./roster-client.ts";

export interface MessagePlay {
  readonly seed: number;
  readonly port: number;
  readonly known: RunKnowledge;
  readonly tally: Tally;
}

/** Sends the inputs over one new connection, or over several where it is closed. @param registerAs registers first. */
export async function playOnNewConnections(
  indices: readonly number[],
  registerAs: string | undefined,
  play: MessagePlay,
): Promise<void> {
  let socket: SocketClient | undefined;
  let registrations = 0;
  const open = async () => {
    if (socket?.isOpen) return socket;
    socket = await SocketClient.open(play.port);
    registrations = 0;
    if (!socket || registerAs === undefined) return socket;
    const asked = await socket.ask("register", validRegistration(registerAs, streamOf(play.seed, 0)));
    if (isAccepted(asked)) registrations++;
    return socket;
  };
  await playGroup(indices, open, play, (index) => {
    if (++registrations > 1) play.tally.find("message", "one connection registered twice", { index });
  });
  await socket?.close();
}

/** Sends the inputs as a client that has a task. */
export async function playAsHolder(indices: readonly number[], holder: RosterClient, play: MessagePlay): Promise<void> {
  await playGroup(
    indices,
    () => holder.connection(),
    play,
    (index) => {
      play.tally.find("message", "one connection registered twice", { index });
    },
  );
}

type Connect = () => Promise<SocketClient | undefined>;

/** In half of the groups all messages are sent before the first is answered. */
async function playGroup(
  indices: readonly number[],
  connect: Connect,
  play: MessagePlay,
  onRegistered: (index: number) => void,
): Promise<void> {
  const isPipelined = chance(streamOf(play.seed, indices[0] ?? 0), 0.5);
  const pending: Promise<void>[] = [];
  for (const index of indices) {
    const socket = await connect();
    if (!socket) {
      play.tally.count("message", "no connection");
      play.tally.find("message", "the aggregator took no connection", { index });
      continue;
    }
    const answered = playOne(index, socket, play, onRegistered);
    if (isPipelined) pending.push(answered);
    else await answered;
  }
  await Promise.all(pending);
}

async function playOne(
  index: number,
  socket: SocketClient,
  { seed, known, tally }: MessagePlay,
  onRegistered: (index: number) => void,
): Promise<void> {
  const random = streamOf(seed, index);
  const input = hostileMessage(random, known);
  if (chance(random, 0.05)) {
    socket.tell(input.event, ...input.messages);
    return tally.count("message", "no answer asked for");
  }
  const asked = await socket.ask(input.event as string, ...input.messages);
  if (input.event === "register" && isAccepted(asked)) onRegistered(index);
  judge(asked, { index, input }, tally);
}

function judge(asked: Asked, at: { readonly index: number; readonly input: HostileMessage }, tally: Tally): void {
  if (asked.kind !== "answered") {
    tally.count("message", asked.kind);
    if (asked.kind === "hung") tally.find("message", "no answer within the deadline", at);
    return;
  }
  const reply = replyOf(asked.reply);
  const code = reply === undefined ? "no reply" : reply.accepted ? "accepted" : String(reply.code);
  tally.count("message", code);
  if (reply === undefined) tally.find("message", `the answer is no reply: ${JSON.stringify(asked.reply)}`, at);
  if (code === "server.request-failed")
    tally.find("message", `the aggregator failed: ${JSON.stringify(asked.reply)}`, at);
}
