// Policies in a run as a configuration names them: real agents over real sockets, and what the journal has of it.

import { describe, expect, it } from "vitest";
import { initialParameters } from "../../models/initial-parameters.ts";
import { encodeParameterFile } from "../../models/parameter-file.ts";
import { mlp } from "../../models/zoo.ts";
import { ScriptedAgent } from "./support/scripted-agent.ts";
import { startTestRun } from "./support/tiny-run.ts";

const asConfigured = { parts: undefined };
const update = encodeParameterFile(initialParameters(mlp, 7));
const known = { device: { kind: "gpu" as const, name: "Tesla T4" }, backend: "tensorflow-cuda" };

describe("a run under a configured policy", () => {
  it("quorum: has the round's objective in its plan, asks in turns, and aggregates unequal work with normalised steps", async () => {
    const selection = { policy: "quorum", settings: { requiredUpdates: 1, patienceRounds: 0 } };
    await using run = await startTestRun({ model: "mlp", rounds: 2, minimumClients: 2, selection }, asConfigured);
    const agents = {
      a: await ScriptedAgent.join(run.url, "a", { register: known }),
      b: await ScriptedAgent.join(run.url, "b", { register: known }),
    };
    const started = await run.log.next("run-started");
    expect(started).toMatchObject({ policyNeeds: "static-specs", config: { aggregation: { strategy: "fednova" } } });
    const asked: string[] = [];
    for (const round of [1, 2]) {
      const { plan } = await run.log.next("round-planned", (event) => event.plan.round === round);
      expect(plan.forecast?.objective).toMatchObject({ updates: 1, probability: 0.95 });
      expect(plan.forecast?.objective?.reached).toBeGreaterThanOrEqual(0.95);
      expect(plan.selectionNote).toMatch(/^2 of 2 candidates are feasible; 1 client brings at least 1 update with/);
      const chosen = plan.decisions.find(({ selected }) => selected)?.clientId === "a" ? "a" : "b";
      asked.push(chosen);
      await agents[chosen].deliver(update);
    }
    expect(asked.sort()).toEqual(["a", "b"]);
    expect(await run.finished).toMatchObject({ rounds: 2, failedRounds: 0, sloCompliance: 1 });
  });

  it("over-provision: closes with the updates that it needs, and the rest is surplus", async () => {
    const selection = { policy: "over-provision", cohortSize: 2, settings: { factor: 1.5 } };
    await using run = await startTestRun({ model: "mlp", minimumClients: 3, selection }, asConfigured);
    const names = ["a", "b", "c"];
    const agents = await Promise.all(names.map((name) => ScriptedAgent.join(run.url, name, { register: known })));
    const { plan } = await run.log.next("round-planned");
    expect(plan).toMatchObject({ closesAfterUpdates: 2, decisions: Array(3).fill({ selected: true }) });
    await agents[0]?.deliver(update);
    await agents[1]?.deliver(update);
    const { outcome } = await run.log.next("round-finished");
    expect(outcome.clients.map(({ status }) => status).sort()).toEqual(["completed", "completed", "surplus"]);
    expect(outcome).toMatchObject({ status: "aggregated", metrics: { selectedCount: 3, completedCount: 2 } });
  });

  it("oort: says at its start that measured times reach it, and learns over its rounds", async () => {
    const selection = { policy: "oort", cohortSize: 1 };
    await using run = await startTestRun({ model: "mlp", rounds: 2, minimumClients: 2, selection }, asConfigured);
    const agents = {
      a: await ScriptedAgent.join(run.url, "a", { register: known }),
      b: await ScriptedAgent.join(run.url, "b", { register: known }),
    };
    expect(await run.log.next("run-started")).toMatchObject({ policyNeeds: "history" });
    for (const round of [1, 2]) {
      const { plan } = await run.log.next("round-planned", (event) => event.plan.round === round);
      const agent = agents[plan.decisions.find(({ selected }) => selected)?.clientId === "a" ? "a" : "b"];
      const task = await agent.task(agent.tasks.length > 0 && agent.tasks[0]?.round !== round ? 1 : 0);
      await agent.upload(task, update);
      await agent.commit(task, update);
    }
    expect(await run.finished).toMatchObject({ rounds: 2, failedRounds: 0 });
  });
});
