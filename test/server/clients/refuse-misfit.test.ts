import { describe, expect, it } from "vitest";
import { lenet5 } from "../../../models/zoo.ts";
import { type DataNames, dataMeaning } from "../../../protocol/data-meaning.ts";
import { refuseMisfit } from "../../../server/clients/refuse-misfit.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { startTestRun } from "../support/tiny-run.ts";

describe("a client's data", () => {
  it("are taken if the run's network reads them, be it that they have fewer classes, or nobody says what they are", () => {
    expect(
      refuseMisfit({ examples: { shape: [28, 28, 1], classCount: 10 } }, { architecture: lenet5 }),
    ).toBeUndefined();
    expect(refuseMisfit({ examples: { shape: [28, 28, 1], classCount: 3 } }, { architecture: lenet5 })).toBeUndefined();
    expect(refuseMisfit({}, { architecture: lenet5 })).toBeUndefined();
  });

  it.each([
    [{ shape: [4], classCount: 3 }, /lenet5" takes examples of 28x28x1 in 10 classes, .* examples of 4 in 3/],
    [{ shape: [28, 28, 1], classCount: 47 }, /examples of 28x28x1 in 47/],
  ])("are refused if it does not: %j", (examples, reason) => {
    expect(refuseMisfit({ examples }, { architecture: lenet5 })).toMatchObject({
      accepted: false,
      code: "server.data-mismatch",
      reason: expect.stringMatching(reason),
    });
  });

  const flowers = { classNames: ["setosa", "versicolor", "virginica"], inputNames: ["length", "width"], isText: false };
  const run = { architecture: lenet5, dataset: flowers };
  const clientOf = (names: DataNames) => {
    return { examples: { shape: [28, 28, 1], classCount: names.classNames?.length ?? 3, meaning: dataMeaning(names) } };
  };

  it("are taken if its classes and columns are the run's, the last classes missing or not, or if either has no names", () => {
    const { classNames, inputNames } = flowers;
    expect(refuseMisfit(clientOf({ classNames, inputNames }), run)).toBeUndefined();
    expect(refuseMisfit(clientOf({ classNames: classNames.slice(0, 2), inputNames }), run)).toBeUndefined();
    expect(refuseMisfit(clientOf({}), run)).toBeUndefined();
    expect(refuseMisfit(clientOf({ classNames: ["lily"] }), { architecture: lenet5 })).toBeUndefined();
  });

  it.each([
    ["without the first class", { classNames: ["versicolor", "virginica"] }, 'class 0 of this client is not "setosa"'],
    [
      "in another order",
      { classNames: ["setosa", "virginica", "versicolor"] },
      'class 1 of this client is not "versicolor"',
    ],
    [
      "without the first class",
      { classNames: ["lily"] },
      "the same list in their data's name: classes=setosa,versicolor,virginica.",
    ],
    ["of other columns", { inputNames: ["width", "length"] }, "This run's columns are length, width, in this order;"],
  ])("are refused if they are %s, with what the run's are", (_, names, reason) => {
    expect(refuseMisfit(clientOf(names), run)).toMatchObject({
      accepted: false,
      code: "server.data-mismatch",
      reason: expect.stringContaining(reason),
    });
  });

  it("are refused if they are a text whose characters have other numbers, with the option that mends it", () => {
    const text = { architecture: lenet5, dataset: { classNames: ["\n", "a", "b"], isText: true } };
    expect(refuseMisfit(clientOf({ classNames: ["\n", "b"] }), text)).toMatchObject({
      reason: expect.stringMatching(
        /^This run numbers its 3 characters otherwise: number 1 is "a".* the same vocabulary=FILE/,
      ),
    });
  });

  it("are refused without a flood of names", () => {
    const classNames = Array.from({ length: 256 }, (_, place) => `${"x".repeat(1000)}${place}`);
    const refusal = refuseMisfit(clientOf({ classNames: ["y"] }), {
      architecture: lenet5,
      dataset: { classNames, isText: false },
    });
    expect(JSON.stringify(refusal).length).toBeLessThan(2500);
  });

  it("are examined when it registers: it is told at once, and never selected", async () => {
    await using run = await startTestRun({ minimumClients: 2 });
    const agent = await ScriptedAgent.join(run.url, "a", { register: { examples: { shape: [3], classCount: 1 } } });
    expect(agent.welcome).toMatchObject({ accepted: false, code: "server.data-mismatch" });
    expect(run.log.of("message-refused")).toMatchObject([{ code: "server.data-mismatch" }]);
  });
});
