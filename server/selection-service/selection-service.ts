// The selection service without HTTP: it answers questions, remembers runs and passes on how their rounds ended.

import { createHash } from "node:crypto";
import { counted } from "../../foundation/counted.ts";
import { ProbSelectError } from "../../foundation/errors.ts";
import { ClientSlots } from "../../selection/policy/client-slots.ts";
import type { SelectionPolicy } from "../../selection/policy/policy.ts";
import type { LatencyModel } from "../../selection/types.ts";
import { decideRequest } from "./decide-request.ts";
import { type FeedbackRequest, policyTermsOf, type SelectionServiceRequest } from "./request-schema.ts";
import { type PolicyRun, RunStore, type ServedSelection } from "./run-store.ts";
import type { ServedPolicies } from "./served-policies.ts";

/** A run in which so many clients appeared takes no new request: their numbers are kept until it is dropped. */
const MOST_CLIENTS_OF_A_RUN = 1_000_000;

export interface SelectionServiceOptions {
  readonly latencyModel: LatencyModel;
  readonly policies: ServedPolicies;
  /** Runs that are remembered, at least 1; the least recently used goes first. */
  readonly maximumRuns: number;
  /** Told of each run that is dropped. */
  readonly onRunDropped?: ((runId: string) => void) | undefined;
}

export interface LearnedFeedback {
  readonly learned: boolean;
  /** A sentence: what was learned, or why nothing. */
  readonly reason: string;
}

export class SelectionService {
  readonly #options: SelectionServiceOptions;
  readonly #runs: RunStore;

  constructor(options: SelectionServiceOptions) {
    this.#options = options;
    this.#runs = new RunStore(options.maximumRuns, (runId) => options.onRunDropped?.(runId));
  }

  /** Runs that are remembered now. */
  get runCount(): number {
    return this.#runs.size;
  }

  get policies(): ServedPolicies {
    return this.#options.policies;
  }

  /**
   * Decides a round. The same request again gets the same answer, so that a caller may repeat what it did not hear.
   *
   * @throws {ProbSelectError} selection.*, models.*, workloads.*; server.dropped-run; server.run-conflict for a round that was
   * decided otherwise, or a run that was begun with another policy.
   */
  select(request: SelectionServiceRequest): ServedSelection {
    const { latencyModel } = this.#options;
    const { runId } = request;
    if (runId === undefined) {
      const policy = this.#createPolicy(request);
      if (policy.needs === "history") throw needsRun(policy.name);
      const answer = decideRequest(request, { policy, slots: new ClientSlots() }, latencyModel);
      return { runId: null, isNewRun: true, ...answer };
    }
    const known = this.#runs.find(runId);
    const requestHash = hashOf(request);
    if (known?.last.requestHash === requestHash) return known.last.answer;
    if (known) requireAhead(runId, known, request);
    const parts = known ?? { policy: this.#createPolicy(request), slots: new ClientSlots() };
    const answer = { runId, isNewRun: !known, ...decideRequest(request, parts, latencyModel) };
    if (known) known.last = { requestHash, answer };
    else this.#runs.add(runId, { ...parts, terms: termsOf(request), last: { requestHash, answer }, learnedRound: 0 });
    return answer;
  }

  /**
   * Tells a run's policy how its last round ended, if it is one that learns.
   *
   * @throws {ProbSelectError} server.unknown-run, server.dropped-run, server.run-conflict; selection.invalid-argument for a
   * client that was not selected.
   */
  learn({ runId, feedback }: FeedbackRequest): LearnedFeedback {
    const { round, clients } = feedback;
    const run = this.#runs.find(runId);
    if (!run) throw unknownRun(runId);
    const { policy, slots } = run;
    const { answer } = run.last;
    if (round !== answer.round) {
      throw conflict(
        `Round ${round} is not the last that was decided for the run "${runId}": that is ${answer.round}.`,
      );
    }
    if (policy.needs !== "history" && policy.needs !== "monitoring") {
      return {
        learned: false,
        reason: `The policy ${policy.name} needs static specs alone: nothing measured reaches it.`,
      };
    }
    if (run.learnedRound === round) return { learned: false, reason: `Round ${round} was learned before.` };
    requireSelected(clients, answer);
    policy.learn({
      round,
      deadlineSeconds: answer.deadlineSeconds,
      roundSeconds: feedback.roundSeconds ?? Math.max(0, ...clients.map(({ latencySeconds }) => latencySeconds)),
      clients: clients.map(({ clientId, ...fared }) => ({ slot: slots.slotOf(clientId), ...fared })),
    });
    run.learnedRound = round;
    return {
      learned: true,
      reason: `The policy ${policy.name} learned how ${counted(clients.length, "client")} fared.`,
    };
  }

  #createPolicy(request: SelectionServiceRequest): SelectionPolicy {
    const created = this.policies.create(policyTermsOf(request));
    if (created.needs !== "truth") return created;
    throw invalid(`The policy ${created.name} must know how long everybody will take, which only a simulation does.`);
  }
}

/** What all rounds of a run have in common. */
function termsOf(request: SelectionServiceRequest): string {
  return JSON.stringify({ ...policyTermsOf(request), seed: request.seed });
}

function hashOf(request: SelectionServiceRequest): string {
  return createHash("sha256").update(JSON.stringify(request)).digest("hex");
}

/** @throws {ProbSelectError} server.run-conflict, selection.invalid-argument. */
function requireAhead(runId: string, { terms, last, slots }: PolicyRun, request: SelectionServiceRequest): void {
  if (terms !== termsOf(request)) {
    throw conflict(
      `The run "${runId}" was begun with other terms (${terms}). Take another runId for another policy or seed.`,
    );
  }
  const { round } = last.answer;
  if (request.round === round) {
    throw conflict(
      `Round ${round} of the run "${runId}" was decided for other candidates or another workload. Ask for round ${round + 1}.`,
    );
  }
  if (request.round < round) {
    throw conflict(`The run "${runId}" is past round ${request.round}: its last was ${round}. Rounds only go up.`);
  }
  if (slots.size > MOST_CLIENTS_OF_A_RUN) {
    throw invalid(
      `In the run "${runId}" ${counted(slots.size, "client")} appeared, the most that a run may have. Take another runId.`,
    );
  }
}

function requireSelected(clients: FeedbackRequest["feedback"]["clients"], { decisions, round }: ServedSelection): void {
  const selected = new Set(decisions.flatMap((decision) => (decision.selected ? [decision.clientId] : [])));
  const stranger = clients.find(({ clientId }) => !selected.has(clientId));
  if (stranger === undefined) return;
  throw invalid(
    `The client "${stranger.clientId}" was not selected in round ${round}: only those that were have an outcome.`,
  );
}

function needsRun(policyName: string): ProbSelectError {
  return invalid(
    `The policy ${policyName} learns from the rounds. Give a runId, the same in each round, and tell /v1/feedback how they ended.`,
  );
}

function unknownRun(runId: string): ProbSelectError {
  const advice = "Ask /v1/select about its round first; a service that was started again knows no earlier runs.";
  return new ProbSelectError("server.unknown-run", `No run "${runId}" is known. ${advice}`);
}

function conflict(message: string): ProbSelectError {
  return new ProbSelectError("server.run-conflict", message);
}

function invalid(message: string): ProbSelectError {
  return new ProbSelectError("selection.invalid-argument", message);
}
