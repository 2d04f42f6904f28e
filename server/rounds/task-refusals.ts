// Why a message about a task is refused, in words that help whoever runs the agent.

import type { Reply } from "../../protocol/messages.ts";
import { type Refusal, refuse } from "../../protocol/parse-message.ts";
import type { ClientTask } from "./client-task.ts";
import { type CutOff, deadlineCutOff } from "./cut-off.ts";

/** The task is another client's, or of no round that runs. */
export function refuseForeign(taskId: string, clientId: string): Refusal {
  return refuse("server.unknown-task", `Task "${taskId}" of this round does not belong to "${clientId}".`);
}

/** Nobody remembers the task. */
export function refuseUnknown(taskId: string): Refusal {
  return refuse("server.unknown-task", `There is no task "${taskId}". Its round may be long over.`);
}

/** An agent that is told so keeps its update, and commits it when it has registered again. */
export function refuseForRestart(): Refusal {
  const reason = "The aggregator stops and will be started again: the next start takes this update.";
  return refuse("server.unavailable", reason);
}

export function refuseEnded(task: ClientTask): Refusal {
  return refuse("server.task-ended", `Task ${task.message.taskId} has ended: ${task.ending}`);
}

/** The update came whole, but the round takes no more. */
export function refuseCutOff({ code, sentence }: CutOff): Refusal {
  return refuse(code, `${sentence} The update came too late and is not used.`);
}

/** Why a commit that comes after `latencySeconds` of the round cannot be taken, or undefined if it can. */
export function refusalOfCommit(
  task: ClientTask,
  round: { readonly latencySeconds: number; readonly deadlineSeconds: number; readonly isClockRunning: boolean },
): Reply | undefined {
  if (task.state === "ended") return refuseEnded(task);
  if (task.state === "committing") return refuse("server.commit-in-progress", "This update is being checked already.");
  if (task.cutOff) return refuseCutOff(task.cutOff);
  if (round.latencySeconds > round.deadlineSeconds) return refuseCutOff(deadlineCutOff(round.deadlineSeconds));
  if (round.isClockRunning) return undefined;
  return refuse("server.clock-held", 'The round\'s clock has not started; say "trained" and wait for clockStarted.');
}
