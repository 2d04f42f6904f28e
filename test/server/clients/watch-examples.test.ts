import { describe, expect, it } from "vitest";
import { watchExamples } from "../../../server/clients/watch-examples.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { startTestRun } from "../support/tiny-run.ts";

const watch = (isConnected: (clientId: string) => boolean = () => true) =>
  watchExamples({ isConnected, minimumClients: 3 });
const table = (scaling?: "none" | "standardise" | "minmax") => ({ shape: [2], classCount: 1, scaling });

describe("a client whose numbers are scaled otherwise than another's", () => {
  it("is warned of, with both scalings and what to do", () => {
    const warningsOn = watch();
    expect(warningsOn({ clientId: "a", examples: table("standardise") })).toEqual([]);
    expect(warningsOn({ clientId: "b", examples: table("none") })).toEqual([
      'Its numbers are as they stand in its files, those of "a" scaled to mean 0 and variance 1: one network learns badly from ' +
        "both. Give all agents, and the run's dataset, the same scale= in their data's name.",
    ]);
  });

  it("is warned of once, and again only when it comes back with yet another scaling", () => {
    const warningsOn = watch();
    warningsOn({ clientId: "a", examples: table("standardise") });
    const counts = (["none", "none", "minmax", "standardise"] as const).map(
      (scaling) => warningsOn({ clientId: "b", examples: table(scaling) }).length,
    );
    expect(counts).toEqual([1, 0, 1, 0]);
  });

  it("is not warned of where the others agree, say nothing, or have left", () => {
    const connected = new Set(["a", "b", "c", "d"]);
    const warningsOn = watch((clientId) => connected.has(clientId));
    expect(warningsOn({ clientId: "a", examples: table("minmax") })).toEqual([]);
    expect(warningsOn({ clientId: "b", examples: table("minmax") })).toEqual([]);
    expect(warningsOn({ clientId: "c", examples: table() })).toEqual([]);
    expect(warningsOn({ clientId: "d" })).toEqual([]);
    connected.delete("a");
    connected.delete("b");
    expect(warningsOn({ clientId: "d", examples: table("none") })).toEqual([]);
  });

  it("is warned of where the run's own data are scaled otherwise, be it the only client", () => {
    const warningsOn = watchExamples({ isConnected: () => true, minimumClients: 1, runScaling: "none" });
    expect(warningsOn({ clientId: "a", examples: table("none") })).toEqual([]);
    expect(warningsOn({ clientId: "b", examples: table("minmax") })).toEqual([
      expect.stringMatching(
        /^Its numbers are scaled to 0\.\.1, those of the run's data as they stand in its files: one network/,
      ),
    ]);
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

describe("a client that holds the same examples as another", () => {
  const mnist = (number: number, count: number, split = "iid, seed 1") => {
    return { shape: [28, 28, 1], classCount: 10, share: { dataset: "mnist", split, number, count } };
  };

  it("is warned of when it is the second one, and no more after that", () => {
    const warningsOn = watch();
    expect(warningsOn({ clientId: "a", examples: mnist(1, 1) })).toEqual([]);
    expect(warningsOn({ clientId: "b", examples: mnist(1, 1) })).toEqual([
      'It holds the same examples as "a": both were given the whole of mnist. Give each agent its own share: --shard 1/3, 2/3 and so on.',
    ]);
    expect(warningsOn({ clientId: "c", examples: mnist(1, 1) })).toEqual([]);
  });

  it("is warned of for a share that was given twice, too", () => {
    const warningsOn = watch();
    warningsOn({ clientId: "a", examples: mnist(2, 5) });
    expect(warningsOn({ clientId: "b", examples: mnist(2, 5) })).toEqual([
      'It holds the same examples as "a": both were given share 2/5 of mnist (iid, seed 1). Give each agent its own share: --shard 1/5, 2/5 and so on.',
    ]);
  });

  it("holds the whole set however that is split", () => {
    const warningsOn = watch();
    warningsOn({ clientId: "a", examples: mnist(1, 1, "iid, seed 1") });
    expect(warningsOn({ clientId: "b", examples: mnist(1, 1, "dirichlet:0.3, seed 7") })).toHaveLength(1);
  });

  it("is warned of where the set is cut in two ways, whose shares overlap", () => {
    const warningsOn = watch();
    warningsOn({ clientId: "a", examples: mnist(1, 1) });
    expect(warningsOn({ clientId: "b", examples: mnist(1, 2) })).toEqual([
      'It may hold examples that "a" holds too: it was given share 1/2 of mnist (iid, seed 1), the other the whole of mnist. Give each agent its own share: --shard 1/3, 2/3 and so on.',
    ]);
    expect(warningsOn({ clientId: "c", examples: mnist(3, 4) })).toEqual([]);
    const otherSeed = watch();
    otherSeed({ clientId: "a", examples: mnist(1, 3) });
    expect(otherSeed({ clientId: "b", examples: mnist(2, 3, "iid, seed 2") })).toHaveLength(1);
  });

  it("is not warned of for a data set that does not come along: whoever lies of one spoils nobody's log", () => {
    const warningsOn = watch();
    const made = { shape: [2], classCount: 2, share: { dataset: "x".repeat(100), split: "iid", number: 1, count: 1 } };
    warningsOn({ clientId: "a", examples: made });
    expect(warningsOn({ clientId: "b", examples: made })).toEqual([]);
  });

  it("is not warned of for another share, data of its own, its own return, or one who has left", () => {
    const connected = new Set(["a", "b", "c"]);
    const warningsOn = watch((clientId) => connected.has(clientId));
    expect(warningsOn({ clientId: "a", examples: mnist(1, 3) })).toEqual([]);
    expect(warningsOn({ clientId: "b", examples: mnist(2, 3) })).toEqual([]);
    expect(warningsOn({ clientId: "b", examples: mnist(2, 3) })).toEqual([]);
    expect(warningsOn({ clientId: "c", examples: table() })).toEqual([]);
    connected.delete("a");
    expect(warningsOn({ clientId: "c", examples: mnist(1, 3) })).toEqual([]);
  });
});
