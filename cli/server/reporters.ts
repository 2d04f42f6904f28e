// How `probselect server` says what happens: a live view for people, or structured lines for machines that collect logs.

import { type Logger, pino } from "pino";
import { createLogger } from "../../server/reporting/create-logger.ts";
import { logLineOf } from "../../server/reporting/log-line.ts";
import { createTerminalReporter, type TerminalReporter } from "../../server/reporting/terminal-reporter.ts";

export interface Reporter extends TerminalReporter {
  /** For what is no event of the run. */
  readonly logger: Logger;
}

/** @param isVerbose whether requests and the like are said, too. */
export function reporterFor(kind: string, isVerbose: boolean): Reporter {
  return kind === "json" ? jsonReporter(isVerbose) : terminalReporter(isVerbose);
}

/** Log lines go through the reporter, which owns the terminal while the run lasts. */
function terminalReporter(isVerbose: boolean): Reporter {
  const reporter = createTerminalReporter(process.stderr);
  const destination = { write: (text: string) => reporter.print(text.trimEnd()) };
  return { ...reporter, logger: createLogger({ level: isVerbose ? "info" : "error" }, destination) };
}

/** Written at once: a killed process loses no line. */
function jsonReporter(isVerbose: boolean): Reporter {
  const destination = pino.destination({ dest: 2, sync: true });
  const logger = createLogger({ level: isVerbose ? "debug" : "info", base: { service: "probselect" } }, destination);
  return {
    logger,
    onEvent: (event) => {
      const line = logLineOf(event);
      if (line) logger[line.level](line.facts, line.message);
    },
    print: (text) => logger.info(text),
    close: () => {},
  };
}
