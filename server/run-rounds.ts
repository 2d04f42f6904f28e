// The run: waits for clients and goes through the rounds, from the first or from where an earlier start was cut off.

import type { Clock } from "../foundation/clock.ts";
import { counted } from "../foundation/counted.ts";
import { ProbSelectError } from "../foundation/errors.ts";
import type { ClientRegistry } from "./clients/client-registry.ts";
import type { ServerConfig } from "./config.ts";
import type { JournalEvent } from "./journal/events.ts";
import type { ResumedRun } from "./recovery/recover-run.ts";
import type { RunKeeper } from "./recovery/run-keeper.ts";
import {
  type AsynchronousEngineOptions,
  resumeAsynchronousRound,
  runAsynchronousRound,
} from "./rounds/asynchronous/asynchronous-round.ts";
import { type ResumedWork, resumeWork } from "./rounds/asynchronous/resume-work.ts";
import { expectedUpload } from "./rounds/create-tasks.ts";
import { outcomeOf } from "./rounds/ordered-aggregation.ts";
import { type RoundEngineOptions, type RoundInFlight, resumeRound, runRound } from "./rounds/round-engine.ts";
import type { RunCohort } from "./rounds/run-cohort.ts";
import type { CohortReply, RoundOutcome } from "./rounds/types.ts";
import { updateReply } from "./rounds/update-reply.ts";
import type { RunResources } from "./run-resources.ts";

export interface RunRoundsOptions {
  readonly config: ServerConfig;
  readonly resources: RunResources;
  readonly engine: RoundEngineOptions;
  readonly cohort: RunCohort;
  /** Present if clients work on while rounds go by. */
  readonly asynchronous?: AsynchronousEngineOptions | undefined;
  readonly registry: ClientRegistry;
  readonly keeper: RunKeeper;
  readonly clock: Clock;
  readonly partBytes: number;
  readonly restartGraceSeconds: number;
  /** Whether the run is to stop at the end of the round that runs. */
  readonly isDraining: () => boolean;
  /** Told of each round that begins or goes on. */
  readonly onRound: (round: number) => void;
  /** Told when the round that went on is over, or there was none. */
  readonly onCaughtUp: () => void;
  /** Shows viewers an event that the journal has from an earlier start. */
  readonly show: (event: JournalEvent) => void;
}

/** @throws {ProbSelectError} server.too-few-clients; whatever a round throws. */
export async function runRounds(options: RunRoundsOptions, signal: AbortSignal): Promise<void> {
  const { config, resources } = options;
  const { resumed } = resources;
  let done = resumed?.checkpoint.round ?? 0;
  if (resumed) {
    const { inFlight, warnings } = await resumedWork(resumed, options);
    tellResumed({ ...resumed, warnings: [...resumed.warnings, ...warnings] }, inFlight?.ended ?? [], options);
    if (inFlight) {
      if (!(await carryOut(done + 1, options, () => goOn(inFlight, options, signal)))) return;
      done++;
    }
  }
  options.onCaughtUp();
  if (done >= config.rounds) return;
  if (resumed) await waitForReturn(resumed, options, signal);
  else await waitForClients(config.minimumClients, options, signal);
  while (done < config.rounds && !options.isDraining()) {
    await waitForClients(1, options, signal);
    if (signal.aborted) return;
    const round = done + 1;
    if (!(await carryOut(round, options, () => begin(round, options, signal)))) return;
    done = round;
  }
}

function begin(round: number, { asynchronous, engine }: RunRoundsOptions, signal: AbortSignal): Promise<RoundOutcome> {
  return asynchronous ? runAsynchronousRound(round, asynchronous, signal) : runRound(round, engine, signal);
}

function goOn(inFlight: RoundInFlight, { asynchronous, engine }: RunRoundsOptions, signal: AbortSignal) {
  return asynchronous ? resumeAsynchronousRound(inFlight, asynchronous, signal) : resumeRound(inFlight, engine, signal);
}

async function resumedWork(resumed: ResumedRun, options: RunRoundsOptions): Promise<ResumedWork> {
  const { asynchronous, partBytes, resources } = options;
  if (asynchronous) return resumeWork(resumed, { engine: asynchronous, ...resources, partBytes });
  const { openRound } = resumed;
  return { inFlight: openRound && (await roundInFlight(resumed, openRound, options)), warnings: [] };
}

/** @returns whether the round came to its end. */
async function carryOut(
  round: number,
  { clock, cohort, keeper, onRound, resources }: RunRoundsOptions,
  run: () => Promise<RoundOutcome>,
): Promise<boolean> {
  onRound(round);
  const startedAtSeconds = clock.nowSeconds();
  const outcome = await run();
  const wallSeconds = clock.nowSeconds() - startedAtSeconds;
  if (!outcome.interrupted) {
    await keeper.keepRound(outcome, wallSeconds, cohort);
    return true;
  }
  keeper.countInterrupted(outcome);
  resources.journal.append({ type: "round-finished", outcome, wallSeconds });
  return false;
}

type OpenRound = NonNullable<ResumedRun["openRound"]>;

/** What is known of the round that was cut off; an accepted update whose file was damaged since has to be made again. */
async function roundInFlight(
  resumed: ResumedRun,
  openRound: OpenRound,
  { cohort, config, engine, partBytes, resources }: RunRoundsOptions,
): Promise<RoundInFlight> {
  const { plan, accepted, outcomes } = openRound;
  const { architecture, compression, globalModel } = engine;
  const coded = compression && { encoding: compression, global: await globalModel.read() };
  const task = { round: plan.round, model: globalModel.current, architecture, coded };
  const updates: CohortReply[] = [];
  for (const update of accepted.values()) {
    const upload = expectedUpload(task, update.clientId, partBytes);
    const readParameters = await resources.uploads.recoverAccepted(upload, update);
    if (!readParameters) continue;
    cohort.remember(plan.round, update);
    updates.push(updateReply(update, readParameters));
  }
  const others = [...outcomes.values()].map((outcome) => ({ kind: "outcome", outcome }) as CohortReply);
  return {
    plan,
    ended: [...updates, ...others],
    resumed: {
      elapsedSeconds: openRound.elapsedSeconds,
      isClockRunning: config.clock.kind === "wall" || openRound.isClockStarted,
      datasetExampleCounts: resumed.state.datasetExampleCounts,
    },
  };
}

function tellResumed(
  { checkpoint, openRound, warnings }: ResumedRun,
  ended: readonly CohortReply[],
  { keeper, show }: RunRoundsOptions,
): void {
  const acceptedUpdateCount = ended.filter(({ kind }) => kind === "update").length;
  const lost = (openRound?.accepted.size ?? 0) - acceptedUpdateCount;
  keeper.tellResumed({
    nextRound: checkpoint.round + 1,
    continuesRound: openRound !== undefined,
    acceptedUpdateCount,
    elapsedSeconds: openRound?.elapsedSeconds ?? 0,
    totals: checkpoint.totals,
    warnings:
      lost === 0
        ? warnings
        : [
            ...warnings,
            `${counted(lost, "accepted update was damaged in the spool and is", "accepted updates were damaged in the spool and are")} asked for again.`,
          ],
  });
  if (!openRound) return;
  const { plan } = openRound;
  show({ type: "round-planned", plan });
  for (const reply of ended) show({ type: "client-ended", round: plan.round, outcome: outcomeOf(reply) });
}

/** Gives those who were connected the time to come back: else the next round would choose among the first few to return. */
async function waitForReturn(
  { connected }: ResumedRun,
  { registry, clock, restartGraceSeconds }: RunRoundsOptions,
  signal: AbortSignal,
): Promise<void> {
  await within(restartGraceSeconds, clock, signal, (both) => registry.waitForAll(connected, both));
}

async function waitForClients(
  count: number,
  { config, registry, clock }: RunRoundsOptions,
  signal: AbortSignal,
): Promise<void> {
  const { waitForClientsSeconds } = config;
  await within(waitForClientsSeconds, clock, signal, (both) => registry.waitFor(count, both));
  const found = registry.candidates().length;
  if (found >= count || signal.aborted) return;
  throw new ProbSelectError(
    "server.too-few-clients",
    `${found} of at least ${counted(count, "client")} were connected after ${waitForClientsSeconds} s. Start more agents ` +
      `(probselect client --server URL), or lower minimumClients or raise waitForClientsSeconds.`,
  );
}

async function within(
  seconds: number,
  clock: Clock,
  signal: AbortSignal,
  wait: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const both = AbortSignal.any([done.signal, signal]);
  await Promise.race([wait(both), clock.wait(seconds, both)]);
  done.abort();
}
