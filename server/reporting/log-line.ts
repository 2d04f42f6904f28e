// What a structured log says of a run's events: one line an event, with the round and the client that it is about. Pure. Progress is
// not logged: it would drown the rest.

import type { AggregatorEvent } from "../journal/events.ts";

export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The line of an event; undefined for one that is not logged. */
export function logLineOf(event: AggregatorEvent): LogLine | undefined {
  switch (event.type) {
    case "client-progress":
      return undefined;
    case "run-started":
      return line(event, "run started", { run: event.runName, rounds: event.config.rounds });
    case "run-resumed": {
      const { nextRound: round, continuesRound, acceptedUpdateCount, warnings } = event;
      const facts = { round, continuesRound, acceptedUpdateCount, warnings };
      return line(event, "run resumed", facts, warnings.length > 0 ? "warn" : "info");
    }
    case "client-registered": {
      const { clientId: client, backend, dataWarnings: warnings } = event;
      return line(
        event,
        "client registered",
        { client, backend, ...(warnings && { warnings }) },
        warnings ? "warn" : "info",
      );
    }
    case "client-disconnected":
      return line(event, "client disconnected", { client: event.clientId, reason: event.reason }, "warn");
    case "message-refused": {
      const { clientId: client, code, reason, sender } = event;
      const claimed = sender && { claimed: sender.clientId, address: sender.address };
      return line(event, "message refused", { client, ...claimed, code, reason }, "warn");
    }
    case "client-doubted":
      return line(event, "client doubted", { client: event.clientId, doubts: event.doubts }, "warn");
    case "round-planned": {
      const { round, decisions, slo, backendDecisions = [] } = event.plan;
      const selected = decisions.filter((decision) => decision.selected).length;
      const atWork = event.plan.atWork && { atWork: event.plan.atWork.length };
      const moved = backendDecisions.flatMap(({ clientId, from, backend }) =>
        from ? [{ client: clientId, from, backend }] : [],
      );
      const moves = moved.length > 0 && { moved };
      return line(event, "round planned", { round, candidates: decisions.length, selected, slo, ...atWork, ...moves });
    }
    case "round-clock-started":
      return line(event, "round's clock started", { round: event.round });
    case "update-accepted":
      return line(event, "update accepted", { round: event.round, client: event.clientId });
    case "client-ended":
      return clientLine(event);
    case "secure-round-ended": {
      const { round, invitedClientIds, survivorClientIds, code, reason } = event;
      const facts = { round, invited: invitedClientIds.length, survivors: survivorClientIds.length, code, reason };
      return line(event, "secure round ended", facts, code === undefined ? "info" : "warn");
    }
    case "round-finished": {
      const { round, status, reason, modelVersion, metrics, evaluation } = event.outcome;
      const facts = { round, status, reason, modelVersion, ...metrics, accuracy: evaluation?.accuracy };
      return line(event, "round finished", facts, status === "aggregated" ? "info" : "warn");
    }
    case "run-finished": {
      const { reason, detail, summary } = event;
      return line(event, "run finished", { reason, detail, ...summary }, reason === "failed" ? "error" : "info");
    }
  }
}

function clientLine(event: Extract<AggregatorEvent, { type: "client-ended" }>): LogLine {
  const { clientId: client, status, latencySeconds, origin } = event.outcome;
  const reason = event.outcome.status === "completed" ? undefined : event.outcome.reason;
  const facts = { round: event.round, client, status, latencySeconds, reason, ...(origin && { origin }) };
  return line(event, "client ended", facts, status === "completed" ? "info" : "warn");
}

function line(
  { type }: AggregatorEvent,
  message: string,
  facts: LogLine["facts"],
  level: LogLine["level"] = "info",
): LogLine {
  return { level, message, facts: { event: type, ...facts } };
}
