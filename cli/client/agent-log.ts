// What an agent shows of itself: a line an event, and how far the present phase of its task is: a bar under the lines on a terminal, a
// line now and then elsewhere.

import type { AgentEvent } from "../../client/agent-types.ts";
import { formatAgentEvent } from "../../client/format-agent-event.ts";
import type { Clock } from "../../foundation/clock.ts";
import type { Progress } from "../../protocol/messages.ts";
import type { TerminalStream } from "../../server/reporting/paint.ts";
import { createProgressBar, leftInWords } from "../progress-bar.ts";
import { outageOn } from "./outage.ts";

/** A log file gets so many seconds between two lines on how far a phase is. */
const LINE_SECONDS = 10;

export interface AgentLog {
  /** A line with the time of day. */
  say(line: string): void;
  onEvent(event: AgentEvent): void;
}

interface Phase {
  readonly key: string;
  readonly startedSeconds: number;
  /** A training that goes on after a restart begins in the middle. */
  readonly firstFraction: number;
  toldSeconds: number;
}

export function agentLog(stream: TerminalStream, clock: Clock): AgentLog {
  const bar = createProgressBar(stream, "");
  const outage = outageOn(clock);
  let round = 0;
  let phase: Phase | undefined;
  const say = (line: string) => {
    bar.clear();
    stream.write(`${new Date().toISOString().slice(11, 23)} ${line}\n`);
  };

  function onProgress({ taskId, phase: name, fraction }: Progress): void {
    const now = clock.nowSeconds();
    const key = `${taskId} ${name}`;
    if (phase?.key !== key) phase = { key, startedSeconds: now, firstFraction: fraction, toldSeconds: now };
    if (name === "trained" || fraction >= 1) return;
    const done = fraction - phase.firstFraction;
    const secondsLeft = done > 0 ? ((now - phase.startedSeconds) * (1 - fraction)) / done : null;
    if (stream.isTTY) bar.show(fraction, secondsLeft, `round ${round}: ${name}`);
    if (stream.isTTY || now - phase.toldSeconds < LINE_SECONDS) return;
    phase.toldSeconds = now;
    say(`${name} ${Math.floor(fraction * 100)} %, ${leftInWords(secondsLeft, "just begun")}`);
  }

  function connectionLine(event: AgentEvent): string | undefined {
    if (event.type === "disconnected") return outage.lost();
    if (event.type === "cannot-connect") return outage.cannotConnect(event.reason);
    return event.type === "registered" ? outage.registered() : undefined;
  }

  return {
    say,
    onEvent(event) {
      if (event.type === "task-started") round = event.task.round;
      for (const line of [formatAgentEvent(event), connectionLine(event)]) if (line !== undefined) say(line);
      if (event.type === "progress") onProgress(event.progress);
      else if (event.type === "task-ended") phase = undefined;
    },
  };
}
