import { describe, expect, it } from "vitest";
import { lenet5 } from "../../../models/zoo.ts";
import { refuseMisfit } from "../../../server/clients/refuse-misfit.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { startTestRun } from "../support/tiny-run.ts";

describe("a client's data", () => {
  it("are taken if the run's network reads them, be it that they have fewer classes, or nobody says what they are", () => {
    expect(refuseMisfit({ examples: { shape: [28, 28, 1], classCount: 10 } }, lenet5)).toBeUndefined();
    expect(refuseMisfit({ examples: { shape: [28, 28, 1], classCount: 3 } }, lenet5)).toBeUndefined();
    expect(refuseMisfit({}, lenet5)).toBeUndefined();
  });

  it.each([
    [{ shape: [4], classCount: 3 }, /lenet5" takes examples of 28x28x1 in 10 classes, .* examples of 4 in 3/],
    [{ shape: [28, 28, 1], classCount: 47 }, /examples of 28x28x1 in 47/],
  ])("are refused if it does not: %j", (examples, reason) => {
    expect(refuseMisfit({ examples }, lenet5)).toMatchObject({
      accepted: false,
      code: "server.data-mismatch",
      reason: expect.stringMatching(reason),
    });
  });

  it("are examined when it registers: it is told at once, and never selected", async () => {
    await using run = await startTestRun({ minimumClients: 2 });
    const agent = await ScriptedAgent.join(run.url, "a", { register: { examples: { shape: [3], classCount: 1 } } });
    expect(agent.welcome).toMatchObject({ accepted: false, code: "server.data-mismatch" });
    expect(run.log.of("message-refused")).toMatchObject([{ code: "server.data-mismatch" }]);
  });
});
