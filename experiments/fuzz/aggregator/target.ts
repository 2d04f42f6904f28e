// The aggregator as a target: a run in which every batch of hostile inputs is one round of two honest clients, who must end it as
// if nobody else were there.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UpdateEncoding } from "../../../models/compression/update-encoding.ts";
import type { Tally } from "../findings.ts";
import { hostileAnswer } from "../generate/agent-messages.ts";
import { streamOf } from "../generate/draw.ts";
import type { InputKind } from "../kinds.ts";
import type { AggregatorLine, AggregatorOrders, Health } from "../orders.ts";
import { tinyFile, updateFile } from "../tiny-model.ts";
import { type Child, startChild } from "../wire/child.ts";
import { inLanes } from "../wire/in-lanes.ts";
import { playFrames, playHttp, playSelection } from "./play-bytes.ts";
import { playAsHolder, playOnNewConnections } from "./play-messages.ts";
import { playUpdate } from "./play-updates.ts";
import { namesOf, type Role, type RosterSizes } from "./roster.ts";
import { DEADLINE_SECONDS, isAccepted, RosterClient, sha256 } from "./roster-client.ts";
import { watchHealth } from "./watch-health.ts";

/** Inputs of one connection; the aggregator closes it after 20 that are nonsense. */
const GROUP_SIZE = 10;
const LANES = 12;

/** Memory is looked at once in so many rounds. */
const HEALTH_ROUNDS = 10;

export type Batch = ReadonlyMap<InputKind, readonly number[]>;

export interface AggregatorTargetOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly sizes: RosterSizes;
  readonly tally: Tally;
  readonly encoding?: UpdateEncoding | undefined;
}

export class AggregatorTarget {
  readonly #options: AggregatorTargetOptions;
  readonly #child: Child<AggregatorLine>;
  readonly #folder: string;
  readonly #port: number;
  readonly #selectionPort: number;
  readonly #roster: ReadonlyMap<Role, readonly RosterClient[]>;
  /** Inputs that wait for a `train` or a `cancel` to answer. */
  readonly #answersDue: { readonly train: number[]; readonly cancel: number[] } = { train: [], cancel: [] };
  #round = 0;

  private constructor(
    options: AggregatorTargetOptions,
    process: { child: Child<AggregatorLine>; folder: string; port: number; selectionPort: number },
  ) {
    this.#options = options;
    this.#child = process.child;
    this.#folder = process.folder;
    this.#port = process.port;
    this.#selectionPort = process.selectionPort;
    const roles = Object.entries(options.sizes) as [Role, number][];
    this.#roster = new Map(
      roles.map(([role, count]) => [role, namesOf(role, count).map((name) => new RosterClient(name, process.port))]),
    );
    this.#answerFrom("trainee", "train");
    this.#answerFrom("quitter", "cancel");
  }

  static async start(options: AggregatorTargetOptions): Promise<AggregatorTarget> {
    const folder = await mkdtemp(join(tmpdir(), "fuzz-aggregator-"));
    const clientCount = Object.values(options.sizes).reduce((sum, size) => sum + size, 0);
    const orders: AggregatorOrders = { folder, rounds: options.rounds, clientCount, encoding: options.encoding };
    const child = startChild<AggregatorLine>(import.meta.url, orders, folder);
    const listening = await child.next("listening", 120);
    if (listening) return new AggregatorTarget(options, { child, folder, ...listening });
    await child.stop();
    await rm(folder, { recursive: true, force: true });
    throw new Error(`The aggregator's process did not start: ${child.ended}`);
  }

  /** Joins the roster and so begins round 1. @param batch that will be played in it. */
  async join(batch: Batch): Promise<void> {
    this.#answersDue.train.push(...(batch.get("train-answer") ?? []));
    await Promise.all(this.#everybody().map((client) => client.connection()));
  }

  /** One round: the inputs, then the honest updates. @param next the batch after it, if there is one. */
  async playRound(batch: Batch, next: Batch | undefined): Promise<Health | undefined> {
    const { tally } = this.#options;
    const round = ++this.#round;
    await this.#awaitTasks(round);
    const watch = watchHealth(this.#port, tally);
    await this.#playInputs(batch);
    await watch.stop();
    // The next round's tasks come as soon as this one ends.
    this.#answersDue.train.push(...(next?.get("train-answer") ?? []));
    this.#answersDue.cancel.push(...(batch.get("cancel-answer") ?? []));
    await Promise.all(this.#everybody().map((client) => client.connection()));
    await this.#deliver(round);
    const ended = await this.#child.next("round", DEADLINE_SECONDS * 2);
    if (ended?.status !== "aggregated" || [...ended.completed].sort().join() !== "honest-1,honest-2") {
      tally.find("batch", `round ${round} ended otherwise: ${JSON.stringify(ended ?? "not at all")}`);
    }
    for (const { what } of this.#child.take("defect")) tally.find("batch", what);
    if (this.#child.ended !== undefined) tally.find("batch", `the aggregator's process died: ${this.#child.ended}`);
    return this.#healthAfterBatch(round);
  }

  /** SHA-256 of the run's last model; undefined if it did not end. */
  async finish(): Promise<string | undefined> {
    const finished = await this.#child.next("finished", DEADLINE_SECONDS * 2);
    for (const { what } of this.#child.take("defect")) this.#options.tally.find("batch", what);
    return finished?.modelSha256;
  }

  get isAlive(): boolean {
    return this.#child.ended === undefined;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#everybody().map((client) => client.leave()));
    await this.#child.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #of(role: Role): readonly RosterClient[] {
    return this.#roster.get(role) ?? [];
  }

  #everybody(): readonly RosterClient[] {
    return [...this.#roster.values()].flat();
  }

  /** Each of them gives the next answer that is due. */
  #answerFrom(role: "trainee" | "quitter", event: "train" | "cancel"): void {
    const { seed, tally } = this.#options;
    for (const { answers } of this.#of(role)) {
      const honest = answers[event];
      answers[event] = () => {
        const index = this.#answersDue[event].shift();
        if (index === undefined) return honest();
        tally.count(`${event}-answer`, "sent");
        return hostileAnswer(event, streamOf(seed, index));
      };
    }
  }

  async #awaitTasks(round: number): Promise<void> {
    // An answer may have cost a trainee or a quitter its connection just before the round was planned.
    const needed = (["honest", "leaky", "holder", "spoiler"] as const).flatMap((role) => this.#of(role));
    const tasks = await Promise.all(needed.map(async (client) => [client.name, await client.taskOf(round)] as const));
    const without = tasks.flatMap(([name, task]) => (task ? [] : [name]));
    if (without.length > 0) this.#options.tally.find("batch", `no task of round ${round} for ${without.join(", ")}`);
  }

  async #playInputs(batch: Batch): Promise<void> {
    const { seed, tally, encoding } = this.#options;
    const [port, of] = [this.#port, (kind: InputKind) => batch.get(kind) ?? []];
    const messages = this.#messagePlay();
    const groups = groupsOf(of("message"), GROUP_SIZE);
    const holders = this.#of("holder");
    const held = groupsOf(
      groups.filter((_, place) => place % 3 === 0).flat(),
      Math.ceil(of("message").length / 3 / holders.length) || 1,
    );
    const http = this.#httpKnowledge();
    await Promise.all([
      ...held.map((indices, place) => playAsHolder(indices, holders[place % holders.length] as RosterClient, messages)),
      inLanes(
        LANES,
        groups.filter((_, place) => place % 3 !== 0),
        (indices, lane) =>
          playOnNewConnections(indices, (indices[0] ?? 0) % 2 === 0 ? undefined : `fuzz-lane-${lane}`, messages),
      ),
      inLanes(LANES, of("frame"), (index) => playFrames(index, { seed, port, tally })),
      inLanes(LANES, of("http"), (index) => playHttp(index, { seed, port, known: http, tally })),
      inLanes(LANES, of("selection"), (index) => playSelection(index, { seed, port: this.#selectionPort, tally })),
      ...of("update").map((index, place) =>
        playUpdate(index, this.#of("spoiler")[place] as RosterClient, { seed, tally, encoding }),
      ),
    ]);
  }

  #messagePlay() {
    const { seed, tally } = this.#options;
    const taskIds = this.#everybody().flatMap(({ task }) => (task ? [task.taskId] : []));
    const clientIds = this.#everybody().map(({ name }) => name);
    const known = { taskIds: [...taskIds, `r${this.#round - 1}-honest-1`, "r999-nobody"], clientIds };
    return { seed, port: this.#port, known, tally };
  }

  #httpKnowledge() {
    const task = this.#of("leaky")[0]?.task;
    const { byteLength } = updateFile(0, 1, this.#options.encoding);
    return {
      ...{ modelSha256: task?.parameters.sha256 ?? "0".repeat(64), modelBytes: tinyFile(0).byteLength },
      ownUpload: { path: task?.upload.path ?? "/v1/updates/x", token: task?.upload.token ?? "x", byteLength },
      foreignPath: this.#of("honest")[0]?.task?.upload.path ?? "/v1/updates/y",
    };
  }

  /** Round r's updates are all r and all r + 1/2: the model is then all r + 1/4, exactly. */
  async #deliver(round: number): Promise<void> {
    const { tally } = this.#options;
    const deliveries = this.#of("honest").map(async (client, place) => {
      const before = round === 1 ? 0 : round - 1 + 0.25;
      const file = updateFile(before, round + place / 2, this.#options.encoding);
      if (!client.task) return;
      const expected = tinyFile(before);
      if (client.task.parameters.sha256 !== sha256(expected))
        tally.find("batch", `the model of round ${round} is another`);
      const put = await client.put(client.task, file);
      if (!put.text.startsWith("HTTP/1.1 204")) tally.find("batch", `an honest part was answered with ${put.text}`);
      const asked = await client.commit(client.task, file);
      if (!isAccepted(asked)) tally.find("batch", `an honest commit was answered with ${JSON.stringify(asked)}`);
    });
    await Promise.all(deliveries);
  }

  /** Waits until no connection is open but the roster's. @returns the memory, in every tenth round: a collection takes long. */
  async #healthAfterBatch(round: number): Promise<Health | undefined> {
    const expected = this.#everybody().length;
    const deadline = performance.now() + DEADLINE_SECONDS * 1000;
    for (;;) {
      this.#child.send("health");
      const health = await this.#child.next("health", DEADLINE_SECONDS);
      if (!health || health.connections <= expected) break;
      if (performance.now() > deadline) {
        this.#options.tally.find("batch", `${health.connections} connections are open, of which ${expected} should be`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (round % HEALTH_ROUNDS !== 1 && round !== this.#options.rounds) return undefined;
    this.#child.send("health after a collection");
    return this.#child.next("health", DEADLINE_SECONDS);
  }
}

function groupsOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, group) =>
    items.slice(group * size, (group + 1) * size),
  );
}
