// After a restart: what the clients of an asynchronous run were at work on, and which of their updates lie in the buffer.

import { counted } from "../../../foundation/counted.ts";
import type { AcceptedUpdate } from "../../journal/events.ts";
import { readModel } from "../../models/global-model.ts";
import type { ModelStore } from "../../models/model-store.ts";
import type { ResumedRun } from "../../recovery/recover-run.ts";
import type { UploadStore } from "../../uploads/upload-store.ts";
import { expectedUpload } from "../create-tasks.ts";
import { type RoundEngineOptions, type RoundInFlight, roundSeed } from "../round-engine.ts";
import type { CohortReply, RoundPlan, RoundTask } from "../types.ts";
import { updateReply } from "../update-reply.ts";
import { type AsynchronousEngineOptions, taskOf } from "./asynchronous-round.ts";
import type { KeptWork } from "./kept-work.ts";

export interface ResumeWorkOptions {
  readonly engine: AsynchronousEngineOptions;
  readonly models: Pick<ModelStore, "find" | "read">;
  readonly uploads: UploadStore;
  readonly partBytes: number;
}

export interface ResumedWork {
  /** The round that goes on, if one was begun. */
  readonly inFlight: RoundInFlight | undefined;
  readonly warnings: readonly string[];
}

interface WorkAgain {
  readonly task: RoundTask;
  readonly clientIds: readonly string[];
}

/** Gives the cohort its tasks back, but for those that have ended since the checkpoint. */
export async function resumeWork(resumed: ResumedRun, options: ResumeWorkOptions): Promise<ResumedWork> {
  const { checkpoint, openRound } = resumed;
  const { engine, models } = options;
  const kept = checkpoint.work ?? [];
  const lost = kept.filter(({ model }) => !models.find(model.sha256));
  const elapsedSeconds = openRound?.elapsedSeconds ?? 0;
  const work: WorkAgain[] = [];
  for (const one of kept) if (!lost.includes(one)) work.push(await workAgain(one, elapsedSeconds, options));
  if (openRound) work.push(await workOfPlan(openRound.plan, resumed, options));

  const updates = openRound
    ? await acceptedAgain([...openRound.accepted.values()], openRound.plan.round, work, options)
    : [];
  const others = [...(openRound?.outcomes.values() ?? [])].map(
    (outcome) => ({ kind: "outcome", outcome }) as CohortReply,
  );
  const ended = [...updates, ...others];
  const endedIds = new Set(ended.map((reply) => (reply.kind === "update" ? reply.update : reply.outcome).clientId));
  const goesOn = work.map(({ task, clientIds }) => ({ task, clientIds: clientIds.filter((id) => !endedIds.has(id)) }));
  await engine.cohort.restore(
    goesOn.filter(({ clientIds }) => clientIds.length > 0),
    engine.globalModel.current.modelVersion,
  );
  const inFlight = openRound && { plan: openRound.plan, ended, resumed: standing(elapsedSeconds, new Map()) };
  return { inFlight, warnings: lost.map(wordsForLost) };
}

function wordsForLost({ round, modelVersion, clients }: KeptWork): string {
  return (
    `The model version ${modelVersion} is gone or damaged: the work of ${counted(clients.length, "client")} of round ${round} that began from it ` +
    "cannot be used; whoever did it is free for other work."
  );
}

const standing = (elapsedSeconds: number, datasetExampleCounts: ReadonlyMap<string, number>) => {
  return { elapsedSeconds, isClockRunning: true, datasetExampleCounts };
};

/** The updates that were accepted before, in that order; one whose file was damaged since has to be made again. */
async function acceptedAgain(
  accepted: readonly AcceptedUpdate[],
  round: number,
  work: readonly WorkAgain[],
  { engine, uploads, partBytes, models }: ResumeWorkOptions,
): Promise<readonly CohortReply[]> {
  const replies: CohortReply[] = [];
  for (const update of accepted) {
    const { clientId, origin } = update;
    const of = work.find(({ task, clientIds }) => task.round === origin?.round && clientIds.includes(clientId));
    const readParameters = of && (await uploads.recoverAccepted(expectedUpload(of.task, clientId, partBytes), update));
    if (!readParameters) continue;
    engine.cohort.remember(round, update);
    const isOld = (origin?.staleness ?? 0) > 0;
    const reply = updateReply(update, readParameters);
    const readBase = isOld ? () => readModel(models, of.task.model.sha256) : undefined;
    replies.push({ ...reply, update: { ...reply.update, readBase } });
  }
  return replies;
}

/** @param sinceCheckpoint seconds that have passed on the clock of the round after it. */
async function workAgain(
  kept: KeptWork,
  sinceCheckpoint: number,
  { engine, models }: ResumeWorkOptions,
): Promise<WorkAgain> {
  const { round, modelVersion, model, deadlineSeconds, elapsedSeconds, clients } = kept;
  const { architecture, compression, seed, strategy, training } = engine;
  const counts = new Map(clients.map(({ clientId, datasetExampleCount }) => [clientId, datasetExampleCount]));
  const task: RoundTask = {
    round,
    model: { modelVersion, ...model },
    architecture,
    training: { ...training, ...strategy.clientTraining },
    work: new Map(clients.flatMap(({ clientId, work }) => (work ? [[clientId, work] as const] : []))),
    backendByClient: new Map(
      clients.flatMap(({ clientId, backend }) => (backend ? [[clientId, backend] as const] : [])),
    ),
    deadlineSeconds,
    coded: compression && { encoding: compression, global: await readModel(models, model.sha256) },
    resumed: { ...standing(elapsedSeconds + sinceCheckpoint, counts), acceptedCount: 0 },
    seed: roundSeed(seed, round),
  };
  return { task, clientIds: clients.map(({ clientId }) => clientId) };
}

async function workOfPlan(
  plan: RoundPlan,
  { openRound, state }: ResumedRun,
  { engine }: ResumeWorkOptions,
): Promise<WorkAgain> {
  const { compression, globalModel }: RoundEngineOptions = engine;
  const task: RoundTask = {
    ...taskOf(plan, engine),
    coded: compression && { encoding: compression, global: await globalModel.read() },
    resumed: { ...standing(openRound?.elapsedSeconds ?? 0, state.datasetExampleCounts), acceptedCount: 0 },
  };
  return { task, clientIds: plan.decisions.filter(({ selected }) => selected).map(({ clientId }) => clientId) };
}
