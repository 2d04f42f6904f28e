// Shows a run while it happens. On a terminal a live area moves below what is already said; elsewhere every event is a plain
// line, so that a log file reads well.

import { type Clock, wallClock } from "../../foundation/clock.ts";
import { disconnectionOfAgent } from "../../protocol/disconnection-words.ts";
import type { AggregatorEvent } from "../journal/events.ts";
import {
  formatClientEnded,
  formatClientRegistered,
  formatRoundFinished,
  formatRoundPlanned,
  formatRunResumed,
  formatRunStarted,
  formatSecureRoundEnded,
  formatSummary,
} from "./event-lines.ts";
import { plainText } from "./format-quantities.ts";
import { formatLiveArea } from "./live-area.ts";
import { type Paint, paintFor, type TerminalStream } from "./paint.ts";
import { applyEvent, emptyRunView, type RunView } from "./run-view.ts";
import { strangerWords } from "./stranger-words.ts";

const REDRAW_MILLISECONDS = 125;
/** Width of the tables where the stream does not tell its own. */
const DEFAULT_WIDTH = 120;

export interface TerminalReporter {
  readonly onEvent: (event: AggregatorEvent) => void;
  /** A line of somebody else (a log, a program's own message) that must not tear the live area. */
  readonly print: (text: string) => void;
  /** Removes the live area and stops its timer. Nothing is written afterwards. */
  readonly close: () => void;
}

export interface TerminalReporterOptions {
  readonly clock?: Pick<Clock, "nowSeconds">;
  /** Without it: colour if `stream` is a terminal that has colours and NO_COLOR is not set. */
  readonly paint?: Paint;
}

/**
 * A reporter that writes to `stream`, as a rule `process.stderr`: stdout is for results.
 *
 * @example
 * const reporter = createTerminalReporter(process.stderr);
 * aggregator.onEvent(reporter.onEvent);
 */
export function createTerminalReporter(
  stream: TerminalStream,
  { clock = wallClock, paint = paintFor(stream) }: TerminalReporterOptions = {},
): TerminalReporter {
  const isTerminal = stream.isTTY === true;
  let view: RunView = emptyRunView;
  let drawnLines = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const width = () => Math.max(40, stream.columns ?? DEFAULT_WIDTH);

  function print(text: string): void {
    if (closed) return;
    stream.write(`${eraseLive()}${text}\n${drawLive()}`);
  }

  function eraseLive(): string {
    const up = drawnLines === 0 ? "" : `\x1b[${drawnLines}A\r\x1b[0J`;
    drawnLines = 0;
    return up;
  }

  function drawLive(): string {
    if (!isTerminal || closed) return "";
    const maximumLines = Math.max(4, (stream.rows ?? 24) - 1);
    const lines = formatLiveArea(view, { nowSeconds: clock.nowSeconds(), maximumLines, paint });
    drawnLines = lines.length;
    // Without line wrap, a line that is too long for a narrow terminal cannot spoil the count of lines.
    return lines.length === 0 ? "" : `\x1b[?7l${lines.join("\n")}\n\x1b[?7h`;
  }

  function redraw(): void {
    stream.write(eraseLive() + drawLive());
  }

  function keepTime(): void {
    if (view.round !== null && timer === undefined && isTerminal) {
      timer = setInterval(redraw, REDRAW_MILLISECONDS).unref();
    } else if (view.round === null) {
      clearInterval(timer);
      timer = undefined;
    }
  }

  function onEvent(event: AggregatorEvent): void {
    if (closed) return;
    const before = view;
    view = applyEvent(view, event, clock.nowSeconds());
    const text = describe(event, before);
    if (text !== undefined) print(text);
    else if (isTerminal && event.type !== "client-progress") redraw();
    keepTime();
  }

  function describe(event: AggregatorEvent, before: RunView): string | undefined {
    switch (event.type) {
      case "run-started":
        return formatRunStarted(event, paint);
      case "client-registered":
        return formatClientRegistered(event, paint);
      case "client-disconnected":
        return paint(
          "yellow",
          `  - ${plainText(event.clientId)} disconnected: ${plainText(disconnectionOfAgent(event.reason))}`,
        );
      case "message-refused": {
        const sender = event.clientId === null ? strangerWords(event.sender) : plainText(event.clientId);
        return paint("yellow", `  ! refused a message of ${sender}: ${plainText(event.reason)} [${event.code}]`);
      }
      case "client-doubted":
        return paint("yellow", `  ! ${plainText(event.clientId)} is doubted: ${plainText(event.doubts.join(" "))}`);
      case "run-resumed":
        return formatRunResumed(event, paint);
      case "update-accepted":
        return undefined;
      case "round-planned":
        return isTerminal ? undefined : formatRoundPlanned(event.plan, view.roundCount);
      case "client-ended":
        return isTerminal ? undefined : formatClientEnded(event);
      case "round-clock-started":
        return event.notReadyClientIds.length === 0
          ? undefined
          : paint("yellow", `  ! the clock starts without ${event.notReadyClientIds.map(plainText).join(", ")}`);
      case "secure-round-ended":
        return formatSecureRoundEnded(event, paint);
      case "round-finished": {
        const plan = before.round?.plan;
        if (plan === undefined) return undefined;
        return formatRoundFinished({ plan, outcome: event.outcome, view, width: width(), paint });
      }
      case "run-finished": {
        const detail = event.detail === undefined ? "" : `: ${plainText(event.detail)}`;
        return `\n${paint("bold", `Run ${event.reason}`)}${detail}\n${formatSummary(event.summary, paint)}`;
      }
      case "client-progress":
        return undefined;
    }
  }

  return {
    onEvent,
    print,
    close: () => {
      clearInterval(timer);
      if (!closed) stream.write(eraseLive());
      closed = true;
    },
  };
}
