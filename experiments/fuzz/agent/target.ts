// Agents as targets: their aggregator is hostile, input by input, and at the end of a batch each of them must still do an honest
// task, to the byte. They must never die, ask anybody else, or write anything.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RandomSource } from "../../../foundation/random-source.ts";
import { SECURE_AGGREGATION_VERSION } from "../../../protocol/secure-aggregation/limits.ts";
import { sha256 } from "../aggregator/roster-client.ts";
import type { Batch } from "../aggregator/target.ts";
import type { Tally } from "../findings.ts";
import { hostileEvent, hostileHttpAnswer, validTrain } from "../generate/aggregator-messages.ts";
import { chance, pick, streamOf } from "../generate/draw.ts";
import { hostileValue } from "../generate/hostile-values.ts";
import { mutateValue } from "../generate/mutate-value.ts";
import type { AgentLine, AgentOrders, Health } from "../orders.ts";
import { tinyFile, tinyParameters } from "../tiny-model.ts";
import { type Child, startChild } from "../wire/child.ts";
import type { AgentConnection } from "../wire/socket-server.ts";
import { type HostileServer, startHostileServer } from "./hostile-server.ts";
import { AGENT_SECONDS, Lane, serveConnection, taskIdOf, welcomeOf } from "./lane.ts";
import { cancel, giveTask, messageOfReply, reconnect } from "./lane-tasks.ts";
import { playSecureSession } from "./play-secure-session.ts";

const AGENTS = 16;
/** For a step of a session that may be nonsense, and have no answer. */
const SECURE_SECONDS = 5;
const knownEvents = ["train", "cancel", "clockStarted", "runFinished"];
const place = { sha256: sha256(tinyFile(0)), byteLength: tinyFile(0).byteLength };

export interface AgentTargetOptions {
  readonly seed: number;
  readonly tally: Tally;
}

export class AgentTarget {
  readonly #seed: number;
  readonly #tally: Tally;
  readonly #server: HostileServer;
  readonly #child: Child<AgentLine>;
  readonly #folder: string;
  readonly #lanes: ReadonlyMap<string, Lane>;
  /** Inputs of frames that wait for a new connection. */
  #frames: number[] = [];
  #taskCount = 0;

  private constructor(
    { seed, tally }: AgentTargetOptions,
    server: HostileServer,
    process: { readonly child: Child<AgentLine>; readonly folder: string; readonly lanes: ReadonlyMap<string, Lane> },
  ) {
    this.#seed = seed;
    this.#tally = tally;
    this.#server = server;
    this.#child = process.child;
    this.#folder = process.folder;
    this.#lanes = process.lanes;
    server.onConnection = (connection) => this.#serve(connection);
  }

  static async start(options: AgentTargetOptions): Promise<AgentTarget> {
    const server = await startHostileServer();
    const folder = await mkdtemp(join(tmpdir(), "fuzz-agents-"));
    const clientIds = Array.from({ length: AGENTS }, (_, index) => `agent-${index + 1}`);
    const orders: AgentOrders = { url: server.url, clientIds };
    const child = startChild<AgentLine>(import.meta.url, orders, folder);
    const lanes = new Map(clientIds.map((clientId) => [clientId, new Lane(clientId)]));
    return new AgentTarget(options, server, { child, folder, lanes });
  }

  get isAlive(): boolean {
    return this.#child.ended === undefined;
  }

  /** Plays a batch's inputs against the agents and lets each of them do an honest task. */
  async playBatch(batch: Batch): Promise<Health | undefined> {
    const messages = batch.get("agent-message") ?? [];
    const transfers = batch.get("agent-http") ?? [];
    this.#frames = [...(batch.get("agent-frame") ?? [])];
    const lanes = [...this.#lanes.values()];
    const share = <Item>(items: readonly Item[], lane: number) =>
      items.filter((_, index) => index % lanes.length === lane);
    await Promise.all(
      lanes.map(async (lane, number) => {
        for (const index of share(messages, number)) await this.#playMessage(index, lane);
        for (const index of share(transfers, number)) await this.#playTransfer(index, lane);
        while (this.#frames.length > 0 && this.isAlive) await reconnect(lane);
        await this.#doHonestTask(lane);
      }),
    );
    for (const { what } of this.#child.take("defect")) this.#tally.find("batch", what);
    if (!this.isAlive) this.#tally.find("batch", `the agents' process died: ${this.#child.ended}`);
    const strays = this.#server.strayRequests.splice(0);
    if (strays.length > 0) this.#tally.find("batch", `an agent asked another server: ${strays.slice(0, 5).join(", ")}`);
    const written = await readdir(this.#folder);
    if (written.length > 0) this.#tally.find("batch", `an agent wrote ${written.join(", ")}`);
    this.#child.take("ended");
    this.#child.send("health");
    return this.#child.next("health", AGENT_SECONDS);
  }

  /** An agent whose aggregator is away gives its task up when the lease is over. */
  async checkLease(): Promise<void> {
    await Promise.all(
      [...this.#lanes.values()].map(async (lane) => {
        const taskId = this.#nextTask();
        const asked = new Promise<void>((resolve) => {
          this.#server.orders.set(taskId, { at: "model", bytes: undefined, onAsked: resolve });
        });
        if (await giveTask(lane, { ...validTrain({ taskId, ...place }), leaseSeconds: 0.5 })) await asked;
      }),
    );
    this.#child.take("gave-up");
    this.#server.isOpen = false;
    for (const lane of this.#lanes.values()) await (await lane.connection())?.close();
    for (let heard = 0; heard < AGENTS; heard++) {
      if (await this.#child.next("gave-up", AGENT_SECONDS)) continue;
      return this.#tally.find("batch", `${AGENTS - heard} agents hold a task beyond its lease`);
    }
  }

  async stop(): Promise<void> {
    await this.#child.stop();
    await this.#server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #serve(connection: AgentConnection): void {
    const index = this.#frames.shift();
    const attack =
      index === undefined
        ? undefined
        : { index, seed: this.#seed, onPlayed: () => this.#tally.count("agent-frame", "closed") };
    serveConnection(connection, this.#lanes, attack);
  }

  /** Most are events; some are answers to what the agent says. */
  async #playMessage(index: number, lane: Lane): Promise<void> {
    const random = streamOf(this.#seed, index);
    const connection = await lane.connection();
    if (!connection) return this.#tally.find("agent-message", `${lane.clientId} did not come back`, { index });
    if (chance(random, 0.12)) {
      lane.welcome = welcomeOf(this.#seed, index);
      await reconnect(lane);
      return this.#tally.count("agent-message", "welcomed");
    }
    const task = { taskId: this.#nextTask(), ...place };
    if (chance(random, 0.1)) {
      lane.updateAnswer = chance(random, 0.5)
        ? hostileValue(random)
        : mutateValue({ accepted: false, code: "server.x", reason: "no" }, random);
      await giveTask(lane, validTrain(task));
      await lane.hear(({ event }) => event === "update", 5);
      lane.updateAnswer = undefined;
      return this.#probe(lane, { index, input: "answer to update" }, "commit answered");
    }
    if (chance(random, 0.1)) return this.#playSecure(index, lane, { connection, random });
    const input = hostileEvent(random, task, this.#server.elsewhere);
    connection.sendPacket({
      type: 2,
      nsp: "/",
      data: input,
      ...(chance(random, 0.9) ? { id: 1_000_000 + index } : {}),
    });
    await this.#probe(lane, { index, input }, knownEvents.find((event) => event === input[0]) ?? "unknown event");
  }

  /** A task whose update leaves masked, and the session that asks for it. */
  async #playSecure(
    index: number,
    lane: Lane,
    { connection, random }: { readonly connection: AgentConnection; readonly random: RandomSource },
  ): Promise<void> {
    const taskId = this.#nextTask();
    const terms = { version: SECURE_AGGREGATION_VERSION, minimumClients: 2 };
    const trained = lane.hearTrained(taskId, SECURE_SECONDS);
    const given = await giveTask(lane, { ...validTrain({ taskId, ...place }), secureAggregation: terms });
    connection.sendPacket({ type: 2, nsp: "/", data: ["clockStarted", { taskId }] });
    if (!given || (await trained) === "hung") return this.#probe(lane, { index, input: "masked task" }, "not masked");
    const ask = async (step: unknown, message: unknown) =>
      messageOfReply(await connection.ask(SECURE_SECONDS, "secure", { taskId, step, message }));
    const last = await playSecureSession({ clientId: lane.clientId, global: tinyParameters(0), random, ask });
    await this.#probe(lane, { index, input: "secure session" }, `secure, up to ${last}`);
  }

  /** The agent must still answer, or have hung up. */
  async #probe(lane: Lane, at: { readonly index: number; readonly input: unknown }, what: string): Promise<void> {
    const connection = await lane.connection();
    const taskId = lane.runningTask ?? "nobody";
    const answer = connection && (await cancel(connection, taskId));
    this.#tally.count("agent-message", `${what}: ${answer === "closed" ? "closed" : "lives"}`);
    if (answer === "hung" || connection === undefined)
      this.#tally.find("agent-message", "the agent does not answer any more", at);
  }

  async #playTransfer(index: number, lane: Lane): Promise<void> {
    const random = streamOf(this.#seed, index);
    const taskId = this.#nextTask();
    const at = pick(random, ["model", "status", "part"] as const);
    const bytes = hostileHttpAnswer(random);
    let onAsked = () => {};
    const asked = new Promise<"asked">((resolve) => {
      onAsked = () => resolve("asked");
    });
    this.#server.orders.set(taskId, { at, bytes, onAsked });
    const given = await giveTask(lane, validTrain({ taskId, ...place }));
    const end = given
      ? await Promise.race([asked, lane.hear(({ message }) => taskIdOf(message) === taskId, 10)])
      : "hung";
    // Either the task fails, or it is tried again: half a second decides.
    if (end === "asked")
      await lane.hear(({ event, message }) => event !== "progress" && taskIdOf(message) === taskId, 0.1);
    this.#server.orders.delete(taskId);
    this.#tally.count("agent-http", `${at}: ${end === "hung" ? "not asked for" : "answered"}`);
    const connection = await lane.connection();
    const answer = connection && (await cancel(connection, taskId));
    if (answer === undefined || answer === "hung")
      this.#tally.find("agent-http", "the agent does not answer any more", { index, input: bytes });
  }

  async #doHonestTask(lane: Lane): Promise<void> {
    await reconnect(lane);
    const taskId = this.#nextTask();
    const committed = lane.hear(({ event, message }) => event === "update" && taskIdOf(message) === taskId);
    const trained = lane.hearTrained(taskId);
    const given = await giveTask(lane, validTrain({ taskId, ...place }));
    await Promise.race([trained, committed]);
    (await lane.connection())?.sendPacket({ type: 2, nsp: "/", data: ["clockStarted", { taskId }] });
    const uploaded = (await committed) === "hung" ? undefined : this.#server.uploads.get(taskId);
    this.#server.uploads.delete(taskId);
    if (!uploaded || sha256(uploaded) !== sha256(tinyFile(1))) {
      this.#tally.find(
        "batch",
        `${lane.clientId} did not do an honest task (${given ? "it took it" : "it did not take it"})`,
      );
    }
  }

  #nextTask(): string {
    return `task-${++this.#taskCount}`;
  }
}
