// An agent that trains nothing: a real socket.io client with the real codec and real HTTP, told by a test what to do.

import { createHash } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import type {
  AgentToAggregatorEvents,
  AggregatorToAgentEvents,
  Cancel,
  Register,
  RegisterReply,
  Reply,
  Train,
  Update,
} from "../../../protocol/messages.ts";
import { socketParser } from "../../../protocol/socket-parser.ts";
import { PART_HASH_HEADER, partPath } from "../../../protocol/transfer.ts";

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export function registration(clientId: string, changes: Partial<Register> = {}): Register {
  return {
    protocolVersion: 3,
    clientId,
    device: { kind: "gpu", name: "Test GPU" },
    link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0.001 },
    exampleCount: 100,
    backend: "script",
    emulated: false,
    labels: [],
    ...changes,
  };
}

export type AgentSocket = Socket<AggregatorToAgentEvents, AgentToAggregatorEvents>;

/** A connected socket that has said nothing yet. @param options socket.io's: certificates, headers. */
export async function openSocket(url: string, options: object = {}): Promise<AgentSocket> {
  const socket: AgentSocket = io(url, {
    ...options,
    parser: socketParser,
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return socket;
}

/** Sends anything as any event and returns whatever the aggregator answers. */
export function say(socket: AgentSocket, event: string, message: unknown): Promise<Reply> {
  const untyped = socket as unknown as { emitWithAck(event: string, message: unknown): Promise<Reply> };
  return untyped.emitWithAck(event, message);
}

type Answer<Value> = Value | "silence";

export class ScriptedAgent {
  readonly socket: AgentSocket;
  readonly clientId: string;
  readonly welcome: RegisterReply;
  readonly cancels: Cancel[] = [];
  readonly tasks: Train[] = [];
  readonly #url: string;
  #onTask: (task: Train) => void = () => {};

  private constructor(socket: AgentSocket, clientId: string, welcome: RegisterReply, url: string) {
    this.socket = socket;
    this.clientId = clientId;
    this.welcome = welcome;
    this.#url = url;
  }

  /**
   * Connects and registers.
   *
   * @param answerTrain what it answers to `train`; "silence" never acknowledges.
   * @param answerCancel the device-seconds that it claims, or "silence".
   */
  static async join(
    url: string,
    clientId: string,
    options: {
      readonly register?: Partial<Register>;
      /** An open one, instead of a new one. */
      readonly socket?: AgentSocket;
      readonly answerTrain?: Answer<Reply>;
      readonly answerCancel?: Answer<number>;
    } = {},
  ): Promise<ScriptedAgent> {
    const { answerTrain = { accepted: true }, answerCancel = 0.01 } = options;
    const socket = options.socket ?? (await openSocket(url));
    const early: Train[] = [];
    let agent: ScriptedAgent | undefined;
    socket.on("train", (task, acknowledge) => {
      if (answerTrain !== "silence") acknowledge(answerTrain);
      if (agent) agent.#receive(task);
      else early.push(task);
    });
    socket.on("cancel", (cancel, acknowledge) => {
      agent?.cancels.push(cancel);
      if (answerCancel !== "silence") acknowledge({ computeSeconds: answerCancel });
    });
    const welcome = await socket.emitWithAck("register", registration(clientId, options.register));
    agent = new ScriptedAgent(socket, clientId, welcome, url);
    for (const task of early) agent.#receive(task);
    return agent;
  }

  #receive(task: Train): void {
    this.tasks.push(task);
    this.#onTask(task);
  }

  /** The task number `index` (0-based) that this agent is given, as soon as it is. */
  async task(index = 0): Promise<Train> {
    while (this.tasks.length <= index) {
      await new Promise<void>((resolve) => {
        this.#onTask = () => resolve();
      });
    }
    return this.tasks[index] as Train;
  }

  /** Sends every part of `file`. */
  async upload(task: Train, file: Uint8Array): Promise<void> {
    const { partBytes } = task.upload;
    for (let part = 0; part * partBytes < file.byteLength; part++) {
      const bytes = file.subarray(part * partBytes, (part + 1) * partBytes);
      const response = await this.putPart(task, part, bytes);
      if (response.status !== 204) throw new Error(`part ${part}: ${response.status} ${await response.text()}`);
    }
  }

  putPart(task: Train, part: number, bytes: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.#url + partPath(task.upload.path, part), {
      method: "PUT",
      headers: { authorization: `Bearer ${task.upload.token}`, [PART_HASH_HEADER]: sha256(bytes), ...headers },
      body: Uint8Array.from(bytes),
    });
  }

  /** Says that it trained on all that it was asked for, unless `changes` say otherwise. */
  commit(task: Train, file: Uint8Array, changes: Partial<Update> = {}): Promise<Reply> {
    const { epochs, batchSize, maximumExamples = 100 } = task.training;
    const exampleCount = changes.exampleCount ?? maximumExamples;
    return this.socket.emitWithAck("update", {
      taskId: task.taskId,
      sha256: sha256(file),
      byteLength: file.byteLength,
      exampleCount,
      stepCount: epochs * Math.ceil(exampleCount / batchSize),
      trainingLoss: 0.5,
      downloadSeconds: 0,
      computeSeconds: 0,
      uploadSeconds: 0,
      ...changes,
    });
  }

  /** Takes the task number `index` and delivers `file` for it. */
  async deliver(file: Uint8Array, { index = 0, changes = {} as Partial<Update> } = {}): Promise<Reply> {
    const task = await this.task(index);
    await this.upload(task, file);
    return this.commit(task, file, changes);
  }

  /** Resolves with the reason when the aggregator says that the run is over. */
  runFinished(): Promise<string> {
    return new Promise((resolve) => this.socket.once("runFinished", ({ reason }) => resolve(reason)));
  }

  leave(): void {
    this.socket.disconnect();
  }

  /** Cuts the connection without a word, as a crash does. */
  crash(): void {
    this.socket.io.engine.close();
  }
}
