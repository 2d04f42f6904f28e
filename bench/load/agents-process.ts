// Many agents in one process: each with a connection of its own and the real protocol (register, download, upload in parts, commit),
// but nothing to train: what it downloads is what it sends back, so that the aggregator, not the agents, is what is measured.

import { createHash } from "node:crypto";
import { Agent, request } from "node:http";
import { io, type Socket } from "socket.io-client";
import {
  type AgentToAggregatorEvents,
  type AggregatorToAgentEvents,
  PROTOCOL_VERSION,
  type Train,
} from "../../protocol/messages.ts";
import { socketParser } from "../../protocol/socket-parser.ts";
import { PARAMETER_MEDIA_TYPE, PART_HASH_HEADER, partPath } from "../../protocol/transfer.ts";
import type { AgentOrders } from "./orders.ts";

const { url, count } = JSON.parse(process.argv[2] ?? "{}") as AgentOrders;
const EXAMPLES = 32;
/** So many transfers at a time from this process: a fleet has its own networks, this machine has one. */
const connections = new Agent({ keepAlive: true, maxSockets: 16 });
/** Hashes of the parts of the model that went out last; every agent sends the same bytes. */
let known: { readonly sha256: string; readonly parts: readonly string[] } = { sha256: "", parts: [] };

function transfer(path: string, options: { readonly headers: Record<string, string>; readonly body?: Uint8Array }) {
  const { headers, body } = options;
  return new Promise<Buffer>((resolve, reject) => {
    const length = body ? { "content-length": String(body.byteLength) } : {};
    const sending = request(
      url + path,
      { method: body ? "PUT" : "GET", agent: connections, headers: { ...headers, ...length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answer = Buffer.concat(chunks);
          if ((response.statusCode ?? 500) < 300) resolve(answer);
          else reject(new Error(`${path}: ${response.statusCode} ${answer.toString("utf8").slice(0, 200)}`));
        });
      },
    );
    sending.on("error", reject);
    sending.end(body);
  });
}

let busy = Promise.resolve();
/** One agent works at a time where a model is large: a fleet's memory is not this process's. */
function inTurn<Result>(work: () => Promise<Result>, byteLength: number): Promise<Result> {
  if (byteLength < 8e6) return work();
  const result = busy.then(work);
  busy = result.then(
    () => {},
    () => {},
  );
  return result;
}

async function work(task: Train, socket: Socket<AggregatorToAgentEvents, AgentToAggregatorEvents>): Promise<void> {
  const { parameters, training, upload } = task;
  const authorization = `Bearer ${upload.token}`;
  await inTurn(async () => {
    const file = await transfer(parameters.path, { headers: { authorization } });
    const partCount = Math.ceil(file.byteLength / upload.partBytes);
    const partOf = (part: number) => file.subarray(part * upload.partBytes, (part + 1) * upload.partBytes);
    if (known.sha256 !== parameters.sha256) {
      const parts = Array.from({ length: partCount }, (_, part) => sha256(partOf(part)));
      known = { sha256: parameters.sha256, parts };
    }
    const { parts } = known;
    for (let part = 0; part < partCount; part++) {
      const headers = { authorization, "content-type": PARAMETER_MEDIA_TYPE, [PART_HASH_HEADER]: parts[part] ?? "" };
      await transfer(partPath(upload.path, part), { headers, body: partOf(part) });
    }
  }, parameters.byteLength);
  const reply = await socket.emitWithAck("update", {
    taskId: task.taskId,
    sha256: parameters.sha256,
    byteLength: parameters.byteLength,
    exampleCount: EXAMPLES,
    stepCount: training.epochs * Math.ceil(EXAMPLES / training.batchSize),
    trainingLoss: 1,
    ...{ downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 },
  });
  if (!reply.accepted) throw new Error(`${task.taskId}: ${reply.reason}`);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function join(index: number): Promise<Socket<AggregatorToAgentEvents, AgentToAggregatorEvents>> {
  const socket: Socket<AggregatorToAgentEvents, AgentToAggregatorEvents> = io(url, {
    ...{ parser: socketParser, transports: ["websocket"], forceNew: true },
  });
  socket.on("train", (task, acknowledge) => {
    acknowledge({ accepted: true });
    work(task, socket).catch((error) => process.stderr.write(`${error.message}\n`));
  });
  socket.on("cancel", (_message, acknowledge) => acknowledge({ computeSeconds: 0 }));
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  const reply = await socket.emitWithAck("register", {
    protocolVersion: PROTOCOL_VERSION,
    clientId: `load-${index}`,
    device: { kind: "gpu", name: "NVIDIA A100" },
    link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0.001 },
    exampleCount: EXAMPLES,
    backend: "load",
    emulated: false,
    labels: [],
  });
  if (!reply.accepted) throw new Error(reply.reason);
  return socket;
}

/** Joins at the same time. */
const WIDTH = 50;
const sockets: Awaited<ReturnType<typeof join>>[] = [];
for (let index = 0; index < count; index += WIDTH) {
  sockets.push(
    ...(await Promise.all(Array.from({ length: Math.min(WIDTH, count - index) }, (_, n) => join(index + n)))),
  );
}
await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.once("runFinished", () => resolve()))));
for (const socket of sockets) socket.disconnect();
connections.destroy();
