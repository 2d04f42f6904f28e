// `probselect explain --run LOG [--client ID [--round N]]`: why a client was, or was not, selected in a run of the past, or in one
// that is still running, from its journal alone; without --client, how all of them fared.

import type { InferredOptionTypes, Options } from "yargs";
import { findJournal } from "../journal-file.ts";
import { printResult } from "../output.ts";
import { wrongUsage } from "../wrong-usage.ts";

/** Width of the table where stdout is no terminal. */
const DEFAULT_WIDTH = 120;

export const runFormOptions = {
  run: {
    type: "string",
    requiresArg: true,
    describe: "A run's journal, or the folder of its journal.ndjson",
  },
  client: {
    type: "string",
    requiresArg: true,
    describe: "A client's name in the run; without it all clients in a table",
  },
  round: { type: "number", requiresArg: true, describe: "One round in full; without it all rounds in a table" },
} as const satisfies Record<string, Options>;

export type RunFormArguments = InferredOptionTypes<typeof runFormOptions> & { readonly json: boolean };

/** @throws {ProbSelectError} cli.wrong-usage; server.malformed-journal. */
export async function explainRun(run: string, { client, round, json }: RunFormArguments): Promise<void> {
  if (round !== undefined && !(Number.isSafeInteger(round) && round >= 1)) {
    throw wrongUsage(`--round must be a whole number from 1, not ${round}.`);
  }
  // Loaded here: --help needs no forecast.
  const { readJournal } = await import("../../server/journal/read-journal.ts");
  const { collectRun } = await import("../../experiments/report/run-data.ts");
  const { clientHistory } = await import("../../experiments/report/client-history.ts");
  const { requireClient, requireRound } = await import("./find-in-run.ts");
  const { clientsFacts } = await import("./clients-facts.ts");
  const { clientsText } = await import("./clients-text.ts");
  const { historyFacts, roundFacts } = await import("./run-facts.ts");
  const { historyText } = await import("./history-text.ts");
  const { roundText } = await import("./round-text.ts");
  const { paintFor } = await import("../../server/reporting/paint.ts");
  const journal = await findJournal(run);
  const { records, warnings } = await readJournal(journal);
  for (const warning of warnings) console.error(`probselect: ${warning}`);
  const source = { journal, run: collectRun(records) };
  const paint = paintFor(process.stdout);
  const width = process.stdout.columns ?? DEFAULT_WIDTH;
  if (client === undefined && round === undefined) {
    const facts = clientsFacts(source);
    printResult(json, facts, () => clientsText(facts, width, paint));
    return;
  }
  const history = clientHistory(records, source.run, requireClient(source.run, client));
  if (round === undefined) {
    const facts = historyFacts(history, source);
    printResult(json, facts, () => historyText(facts, width, paint));
    return;
  }
  const facts = roundFacts(requireRound(history, round), history, source);
  printResult(json, facts, () => roundText(facts, paint));
}
