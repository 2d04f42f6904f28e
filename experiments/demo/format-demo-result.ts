// What the demo says to people: before it starts, and its result beside FedLim's.

import Table from "cli-table3";
import { counted } from "../../foundation/counted.ts";
import type { DemoOptions } from "./demo-config.ts";
import { demoFleet } from "./fleet.ts";
import type { DemoResult } from "./run-demo.ts";

/** The introduction: what is real, what is emulated, on which clock. */
export function describeDemo(options: DemoOptions): string {
  const { rounds, model, dirichletAlpha, deadlineSeconds, minimumProbability, emulatedSecondsPerWallSecond } = options;
  return [
    `ProbSelect demo: ${counted(rounds, "round")} of ${model} on MNIST, split non-IID (Dirichlet ${dirichletAlpha}) over ${demoFleet.length} agents.`,
    "Real: the processes, the messages, the training, the accuracy. Emulated: how long each agent's GPU and link take",
    "(a model that the forecaster does not share, with measured spread: docs/emulation.md).",
    `Clock: stands still while agents train, then ${emulatedSecondsPerWallSecond} emulated seconds pass in a second.`,
    `Objective: a client must finish within ${deadlineSeconds} s with probability ${minimumProbability}.`,
    "",
  ].join("\n");
}

/** The result as text: accuracy, then ProbSelect beside FedLim. */
export function formatDemoResult(result: DemoResult): string {
  const percent = (share: number | null) => (share === null ? "nobody selected" : `${(100 * share).toFixed(1)} %`);
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  const wasteShare = ({
    wastedDeviceSeconds,
    usefulDeviceSeconds,
  }: Pick<DemoResult["fedlim"], "wastedDeviceSeconds" | "usefulDeviceSeconds">) => {
    const total = wastedDeviceSeconds + usefulDeviceSeconds;
    return total === 0 ? "-" : percent(wastedDeviceSeconds / total);
  };
  const table = new Table({
    head: ["", "ProbSelect", "FedLim"],
    colAligns: ["left", "right", "right"],
    style: { head: [], border: [] },
  });
  table.push(
    ["SLO compliance (on time / selected)", percent(result.sloCompliance), percent(result.fedlim.sloCompliance)],
    [
      "Wasted device-seconds (emulated)",
      seconds(result.wastedDeviceSeconds),
      seconds(result.fedlim.wastedDeviceSeconds),
    ],
    ["Share of device-seconds wasted", wasteShare(result), wasteShare(result.fedlim)],
  );
  return [
    `Test accuracy ${percent(result.testAccuracy)} on MNIST's 10,000 test images after ${counted(result.rounds, "round")}, ${seconds(result.wallSeconds)} of wall time.`,
    "",
    table.toString(),
    `FedLim: random clients, as many a round as ProbSelect chose, same seed ${result.seed}, same luck; replayed, not trained.`,
    `One seed of eight clients shows the mechanism, not a mean; truth level ${result.truthLevel} (docs/emulation.md).`,
    "",
    `Report   ${result.report}`,
    `Run log  ${result.journal}`,
  ].join("\n");
}
