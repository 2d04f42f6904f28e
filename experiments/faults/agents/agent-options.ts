// The agents of the matrix, all alike but for their examples.

import type { AgentEvent, AgentOptions } from "../../../client/agent-types.ts";
import { wallClock } from "../../../foundation/clock.ts";
import { agentName, type Phase, STRUCK_ROUND } from "../fault.ts";
import { EXAMPLES, SmallTrainer } from "../small-run.ts";

/** How long an agent trains in a round. */
const TRAINING_SECONDS = 0.4;

export function registrationOf(number: number): AgentOptions["registration"] {
  return {
    clientId: agentName(number),
    device: { kind: "gpu", name: "NVIDIA A100" },
    link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0.001 },
    exampleCount: EXAMPLES,
    backend: "script",
    labels: [],
  };
}

export const trainerOf = (number: number): SmallTrainer => new SmallTrainer(number, TRAINING_SECONDS);

export function agentOptions(number: number, serverUrl: string, onEvent: (event: AgentEvent) => void): AgentOptions {
  return { serverUrl, registration: registrationOf(number), trainer: trainerOf(number), clock: wallClock, onEvent };
}

/** Tells an agent's own phases from its events, each once. */
export function watchAgent(onPhase: (phase: Phase) => void): (event: AgentEvent) => void {
  const reached = new Set<Phase>();
  let round = 0;
  return (event) => {
    if (event.type === "task-started") round = event.task.round;
    const phase = phaseOf(event, round);
    if (phase === undefined || reached.has(phase)) return;
    reached.add(phase);
    onPhase(phase);
  };
}

function phaseOf(event: AgentEvent, round: number): Phase | undefined {
  if (event.type === "registered") return "registration";
  if (event.type !== "progress" || round !== STRUCK_ROUND) return undefined;
  const { phase, fraction } = event.progress;
  if (phase === "downloading") return "dispatch";
  if (phase === "training" && fraction > 0) return "training";
  return phase === "uploading" && fraction > 0 && fraction < 1 ? "upload" : undefined;
}
