// The cohort of an asynchronous run: clients work on while rounds go by, and a round takes the first updates that come, from whichever
// round their tasks are. Nguyen et al. 2022, "Federated Learning with Buffered Asynchronous Aggregation", arXiv 2106.06639, algorithm 1.

import type { ParameterSet } from "../../../models/parameter-set.ts";
import type { Failure, Progress, Reply, Update } from "../../../protocol/messages.ts";
import type { Candidate } from "../../../selection/types.ts";
import type { AcceptedUpdate } from "../../journal/events.ts";
import { type AcceptedCommit, AcceptedCommits } from "../accepted-commits.ts";
import { ActiveRound } from "../active-round.ts";
import { taskIdOf } from "../client-task.ts";
import { expectedUpload } from "../create-tasks.ts";
import { runOverCutOff, staleCutOff } from "../cut-off.ts";
import type { RunCohort } from "../run-cohort.ts";
import { type SocketCohortOptions, STOPPED_FOR_RESTART } from "../socket-cohort.ts";
import { refuseForRestart, refuseUnknown } from "../task-refusals.ts";
import type { ClientAtWork, CohortReply, RoundTask, TaskOrigin } from "../types.ts";
import type { AsynchronousSettings } from "./asynchronous-config.ts";
import type { KeptWork } from "./kept-work.ts";
import { UpdateGate } from "./update-gate.ts";
import { WaitingReplies } from "./waiting-replies.ts";
import { type WorkOfRound, WorkOfRounds } from "./work-of-rounds.ts";

export interface AsynchronousCohortOptions extends SocketCohortOptions {
  readonly settings: AsynchronousSettings;
  /** After it nobody works on. */
  readonly lastRound: number;
  /** A version of the global model that a task began from, by its hash. */
  readonly readModel: (sha256: string) => Promise<ParameterSet>;
}

export class AsynchronousCohort implements RunCohort {
  readonly #options: AsynchronousCohortOptions;
  readonly #accepted: AcceptedCommits;
  readonly #gate = new UpdateGate();
  readonly #checking = new Map<string, Promise<Reply>>();
  readonly #work = new WorkOfRounds();
  readonly #replies = new WaitingReplies();
  /** Of updates that were accepted and that no round knows yet, by task. */
  readonly #origins = new Map<string, TaskOrigin>();
  #round = 0;
  #modelVersion = 0;
  #startedAtSeconds = 0;
  #endedAfterSeconds: number | undefined = 0;
  #stopped: "no" | "for a restart" | "for good" = "no";

  constructor(options: AsynchronousCohortOptions) {
    this.#options = options;
    this.#accepted = new AcceptedCommits(options.acceptedCommits);
  }

  get acceptedCommits(): readonly AcceptedCommit[] {
    return this.#accepted.list();
  }

  remember(round: number, { clientId, sha256, origin }: AcceptedUpdate): void {
    this.#accepted.add({ round, taskId: taskIdOf(origin ?? { round }, clientId), clientId, sha256 });
  }

  /** Those who are connected and have no task. */
  candidates(): readonly Candidate[] {
    return this.#options.registry.candidates().filter(({ clientId }) => !this.#work.has(clientId));
  }

  /** For how many more clients there is work. */
  get freePlaces(): number {
    return Math.max(0, this.#options.settings.concurrency - this.#work.clientCount);
  }

  atWork(): readonly ClientAtWork[] {
    return this.#work.clients();
  }

  keptWork(): readonly KeptWork[] {
    return this.#work.kept();
  }

  roundSeconds(): { readonly elapsedSeconds: number; readonly isClockRunning: boolean } | undefined {
    if (this.#endedAfterSeconds !== undefined) return undefined;
    return { elapsedSeconds: this.#options.wall.nowSeconds() - this.#startedAtSeconds, isClockRunning: true };
  }

  /** How long the last round that ended took. */
  get lastRoundSeconds(): number {
    return this.#endedAfterSeconds ?? 0;
  }

  /** Takes up tasks that were given out before a restart. @param modelVersion of the global model. */
  async restore(
    tasks: readonly { readonly task: RoundTask; readonly clientIds: readonly string[] }[],
    modelVersion: number,
  ) {
    this.#modelVersion = modelVersion;
    const { uploads, partBytes } = this.#options;
    for (const { task, clientIds } of tasks) {
      for (const clientId of clientIds) await uploads.recover(expectedUpload(task, clientId, partBytes));
      this.#start(task, clientIds);
    }
  }

  /**
   * Gives the new clients their tasks and yields how clients end, theirs and those of earlier rounds, until the buffer is full or nobody
   * works any more. The others work on; after the last round they are told to stop, and yielded as surplus.
   */
  async *train(task: RoundTask, clientIds: readonly string[], signal: AbortSignal): AsyncIterable<CohortReply> {
    try {
      if (signal.aborted) return;
      let missing = this.#begin(task, clientIds);
      for await (const reply of this.#repliesWhile(() => missing > 0, signal)) {
        if (reply.kind === "update") missing--;
        yield reply;
      }
      this.#end();
      if (signal.aborted || task.round < this.#options.lastRound) return;
      for (const { active } of this.#work.rounds) active.cutOff(runOverCutOff);
      this.#gate.wake();
      yield* this.#repliesWhile(() => true, signal);
    } finally {
      this.#end();
      if (signal.aborted) await this.stop(signal.reason === STOPPED_FOR_RESTART);
    }
  }

  progress(clientId: string, message: Progress): Reply {
    return this.#work.activeOf(message.taskId)?.progress(clientId, message) ?? refuseUnknown(message.taskId);
  }

  async update(clientId: string, message: Update): Promise<Reply> {
    if (this.#accepted.has(clientId, message)) return { accepted: true };
    if (this.#isRestarting()) return refuseForRestart();
    const round = this.#work.activeOf(message.taskId);
    if (!round) return refuseUnknown(message.taskId);
    // Sent again on a new connection while the first one is being checked, or waits for room: both get the one answer.
    const commit = JSON.stringify([clientId, message.taskId, message.sha256]);
    const answer = this.#checking.get(commit) ?? round.update(clientId, message);
    this.#checking.set(commit, answer);
    try {
      const reply = await answer;
      return !reply.accepted && this.#isRestarting() ? refuseForRestart() : reply;
    } finally {
      this.#checking.delete(commit);
    }
  }

  failure(clientId: string, message: Failure): Reply {
    return this.#work.activeOf(message.taskId)?.failure(clientId, message) ?? refuseUnknown(message.taskId);
  }

  async stop(isForRestart: boolean): Promise<void> {
    if (this.#stopped !== "no") return;
    this.#stopped = isForRestart ? "for a restart" : "for good";
    this.#gate.close();
    for (const { active } of this.#work.rounds) {
      if (isForRestart) active.leave();
      else await active.close("The run is over.");
    }
    this.#gate.wake();
  }

  #isRestarting(): boolean {
    return this.#stopped === "for a restart";
  }

  /** @returns how many updates the buffer has room for. */
  #begin(task: RoundTask, clientIds: readonly string[]): number {
    const { settings, wall, onRoundStarted } = this.#options;
    this.#round = task.round;
    this.#modelVersion = task.model.modelVersion;
    this.#startedAtSeconds = wall.nowSeconds() - (task.resumed?.elapsedSeconds ?? 0);
    this.#endedAfterSeconds = undefined;
    this.#accepted.forgetBefore(task.round);
    this.#cutOffStale();
    if (clientIds.length > 0) this.#start(task, clientIds);
    onRoundStarted?.();
    const room = settings.bufferSize - (task.resumed?.acceptedCount ?? 0);
    this.#gate.open(room);
    return room;
  }

  #end(): void {
    this.#gate.close();
    this.#endedAfterSeconds ??= this.#options.wall.nowSeconds() - this.#startedAtSeconds;
  }

  /** What began from so old a model can count in no round any more. */
  #cutOffStale(): void {
    const { maximumStaleness } = this.#options.settings;
    for (const { task, active } of this.#work.rounds) {
      const { modelVersion } = task.model;
      if (this.#modelVersion - modelVersion <= maximumStaleness) continue;
      active.cutOff(staleCutOff(modelVersion, this.#modelVersion, maximumStaleness));
    }
  }

  #start(task: RoundTask, clientIds: readonly string[]): void {
    // Not the round's end but the buffer decides what is taken.
    const active = new ActiveRound({ ...task, closesAfterUpdates: undefined }, clientIds, {
      ...this.#options,
      untilTaken: (isWanted) => this.#gate.pass(isWanted),
      keepAccepted: (_round, update) => this.#keepAccepted(task, update),
    });
    const work = { task, active };
    this.#work.add(work, clientIds);
    active.start();
    void this.#follow(work);
  }

  async #keepAccepted(task: RoundTask, update: AcceptedUpdate): Promise<void> {
    const origin = this.#originOf(task);
    const kept = { ...update, origin };
    this.#origins.set(taskIdOf(task, update.clientId), origin);
    const round = this.#round;
    await this.#options.keepAccepted(round, kept);
    this.remember(round, kept);
  }

  #originOf({ round, model: { modelVersion } }: RoundTask): TaskOrigin {
    return { round, modelVersion, staleness: this.#modelVersion - modelVersion };
  }

  async #follow(work: WorkOfRound): Promise<void> {
    for await (const reply of work.active.replies) {
      this.#replies.push(this.#withOrigin(reply, work.task));
    }
    if (this.#stopped === "no") await work.active.close("The task is over.");
  }

  #withOrigin(reply: CohortReply, task: RoundTask): CohortReply {
    if (reply.kind === "outcome")
      return { kind: "outcome", outcome: { ...reply.outcome, origin: this.#originOf(task) } };
    const taskId = taskIdOf(task, reply.update.clientId);
    const origin = this.#origins.get(taskId) ?? this.#originOf(task);
    this.#origins.delete(taskId);
    const readBase = origin.staleness > 0 ? () => this.#options.readModel(task.model.sha256) : undefined;
    return { ...reply, update: { ...reply.update, origin, readBase } };
  }

  /** How clients end, as long as anybody works and `isWanted`, until the signal aborts. */
  async *#repliesWhile(isWanted: () => boolean, signal: AbortSignal): AsyncGenerator<CohortReply, void, void> {
    while (isWanted() && this.#work.clientCount > 0) {
      const reply = await this.#replies.next(signal);
      if (reply === undefined) return;
      this.#work.release(reply.kind === "update" ? reply.update.clientId : reply.outcome.clientId);
      yield reply;
    }
  }
}
