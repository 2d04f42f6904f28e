// The operator's rules in a run: real agents over real sockets, a real model, a configuration as a file would have it.

import { describe, expect, it } from "vitest";
import { initialParameters } from "../../models/initial-parameters.ts";
import { encodeParameterFile } from "../../models/parameter-file.ts";
import { mlp } from "../../models/zoo.ts";
import { readJournal } from "../../server/journal/read-journal.ts";
import { ScriptedAgent } from "./support/scripted-agent.ts";
import { startTestRun } from "./support/tiny-run.ts";

/** Parts as the configuration names them, not those of a tiny run. */
const asConfigured = { parts: undefined };
const update = encodeParameterFile(initialParameters(mlp, 7));

describe("rules about clients", () => {
  it("keep a client out by its label; the journal has its labels and says why", async () => {
    const selection = { policy: "random", rules: { requireLabels: ["site:*"], exclude: ["label:tier:beta"] } };
    await using run = await startTestRun({ model: "mlp", rounds: 2, minimumClients: 3, selection }, asConfigured);
    const berlin = await ScriptedAgent.join(run.url, "berlin", { register: { labels: ["site:berlin"] } });
    const paris = await ScriptedAgent.join(run.url, "paris", { register: { labels: ["site:paris", "tier:beta"] } });
    await ScriptedAgent.join(run.url, "nowhere");
    await berlin.deliver(update);
    await berlin.deliver(update, { index: 1 });
    const { journal } = await run.finished;
    expect(paris.tasks).toEqual([]);

    const { records } = await readJournal(journal);
    const labels = records.flatMap((record) =>
      record.type === "client-registered" ? [[record.clientId, record.labels]] : [],
    );
    expect(labels).toEqual([
      ["berlin", ["site:berlin"]],
      ["paris", ["site:paris", "tier:beta"]],
      ["nowhere", []],
    ]);
    const plans = records.flatMap((record) => (record.type === "round-planned" ? [record.plan] : []));
    expect(plans.map(({ policy, decisions }) => [policy, ...decisions.map(({ reasonCode }) => reasonCode)])).toEqual([
      ["random", "selected", "excluded-by-rule", "excluded-by-rule"],
      ["random", "selected", "excluded-by-rule", "excluded-by-rule"],
    ]);
    expect(plans[0]?.decisions.slice(1).map(({ reason }) => reason)).toEqual([
      'Skipped: it lacks the label "site:*" that the rules require.',
      'Skipped: the rule exclude "label:tier:beta" keeps it out.',
    ]);
  });

  it("say that it is up to them when they leave nobody", async () => {
    const selection = { policy: "random", rules: { include: ["satt-*"] } };
    await using run = await startTestRun({ model: "mlp", selection }, asConfigured);
    await ScriptedAgent.join(run.url, "sat-1");
    const { outcome } = await run.log.next("round-finished");
    expect(outcome.reason).toBe(
      "Of 1 connected client, none was selected (1 excluded-by-rule). See selection.rules in the configuration.",
    );
  });

  it("reach a client that comes back with other labels", async () => {
    const selection = { policy: "random", rules: { forbidLabels: ["paused"] } };
    await using run = await startTestRun({ model: "mlp", rounds: 2, minimumClients: 2, selection }, asConfigured);
    const always = await ScriptedAgent.join(run.url, "always");
    const before = await ScriptedAgent.join(run.url, "sometimes", { register: { labels: ["paused"] } });
    await always.task();
    before.leave();
    await run.log.next("client-disconnected");
    await ScriptedAgent.join(run.url, "sometimes", { register: { labels: [] } });
    await always.deliver(update);
    const { plan } = await run.log.next("round-planned", (event) => event.plan.round === 2);
    expect(plan.decisions.find(({ clientId }) => clientId === "sometimes")?.reasonCode).not.toBe("excluded-by-rule");
  });
});
