import { describe, expect, it } from "vitest";
import { watchExamples } from "../../../server/clients/watch-examples.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { startTestRun } from "../support/tiny-run.ts";

const table = (scaling?: "none" | "standardise" | "minmax") => ({ shape: [2], classCount: 1, scaling });

describe("a client whose numbers are scaled otherwise than another's", () => {
  it("is warned of, with both scalings and what to do", () => {
    const warningsOn = watchExamples(() => true);
    expect(warningsOn({ clientId: "a", examples: table("standardise") })).toEqual([]);
    expect(warningsOn({ clientId: "b", examples: table("none") })).toEqual([
      'Its numbers are as they stand in its files, those of "a" scaled to mean 0 and variance 1: one network learns badly from ' +
        "both. Give all agents, and the run's dataset, the same scale= in their data's name.",
    ]);
  });

  it("is warned of once, and again only when it comes back with yet another scaling", () => {
    const warningsOn = watchExamples(() => true);
    warningsOn({ clientId: "a", examples: table("standardise") });
    const counts = (["none", "none", "minmax", "standardise"] as const).map(
      (scaling) => warningsOn({ clientId: "b", examples: table(scaling) }).length,
    );
    expect(counts).toEqual([1, 0, 1, 0]);
  });

  it("is not warned of where the others agree, say nothing, or have left", () => {
    const connected = new Set(["a", "b", "c", "d"]);
    const warningsOn = watchExamples((clientId) => connected.has(clientId));
    expect(warningsOn({ clientId: "a", examples: table("minmax") })).toEqual([]);
    expect(warningsOn({ clientId: "b", examples: table("minmax") })).toEqual([]);
    expect(warningsOn({ clientId: "c", examples: table() })).toEqual([]);
    expect(warningsOn({ clientId: "d" })).toEqual([]);
    connected.delete("a");
    connected.delete("b");
    expect(warningsOn({ clientId: "d", examples: table("none") })).toEqual([]);
  });

  it("takes part all the same, and its warning is in the journal and the log", async () => {
    await using run = await startTestRun({ minimumClients: 3 });
    const join = async (clientId: string, scaling: "none" | "minmax") =>
      (await ScriptedAgent.join(run.url, clientId, { register: { examples: table(scaling) } })).welcome;
    expect(await join("a", "none")).toMatchObject({ accepted: true });
    expect(await join("b", "minmax")).toMatchObject({ accepted: true });
    const [first, second] = run.log.of("client-registered");
    expect(first?.dataWarnings).toBeUndefined();
    expect(second?.dataWarnings).toEqual([expect.stringContaining('those of "a" as they stand')]);
  });
});
