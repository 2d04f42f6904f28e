// The journal of an asynchronous run in a report: outcomes stand beside the forecasts that they are to be scored by.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clientHistory } from "../../../experiments/report/client-history.ts";
import { renderRunReport } from "../../../experiments/report/render-run-report.ts";
import { collectRun } from "../../../experiments/report/run-data.ts";
import { readJournal } from "../../../server/journal/read-journal.ts";
import { deliver, startAsynchronousRun } from "../../server/rounds/asynchronous/support.ts";
import { ScriptedAgent } from "../../server/support/scripted-agent.ts";

describe("the report of an asynchronous run", () => {
  it("has an update that came two rounds later in the round that asked for it, and says who was at work", async () => {
    await using run = await startAsynchronousRun({ bufferSize: 1, concurrency: 2, config: { minimumClients: 2 } });
    const [fast, slow] = await Promise.all([ScriptedAgent.join(run.url, "fast"), ScriptedAgent.join(run.url, "slow")]);
    await slow.task();
    await deliver(fast, 1);
    await deliver(fast, 2, 1);
    await run.log.next("round-planned", ({ plan }) => plan.round === 3);
    await deliver(slow, 3);
    await run.finished;

    const { records } = await readJournal(join(run.folder, "journal.ndjson"));
    const data = collectRun(records);
    const ends = data.rounds.map(({ clients }) => clients.map(({ clientId, outcome }) => [clientId, outcome?.status]));
    expect(ends).toEqual([
      [
        ["fast", "completed"],
        ["slow", "completed"],
      ],
      [["fast", "completed"]],
      [["fast", "surplus"]],
    ]);
    const standings = clientHistory(records, data, "slow").rounds.map(({ standing }) => standing);
    expect(standings).toMatchObject([
      { kind: "candidate", use: "useful" },
      { kind: "absent", absence: { cause: "at-work", sinceRound: 1 } },
      { kind: "absent", absence: { cause: "at-work", sinceRound: 1 } },
    ]);
    const page = renderRunReport(records);
    expect(page).toContain("1 update aggregated in");
  });
});
