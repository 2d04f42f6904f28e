// The folder of a finished run of two rounds, in which one agent delivered models 1 and 2; the run began with model 0.

import type { Architecture } from "../../../models/architecture.ts";
import { encodeParameterFile } from "../../../models/parameter-file.ts";
import type { ParameterSet } from "../../../models/parameter-set.ts";
import { startAggregator } from "../../../server/aggregator.ts";
import { parseConfig } from "../../../server/load-config.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { tinyParts } from "./tiny-run.ts";

export async function makeFinishedRun(
  outputDirectory: string,
  architecture: Architecture,
  [initialParameters, ...delivered]: readonly [ParameterSet, ParameterSet, ParameterSet],
): Promise<void> {
  const config = { runName: "night-shift", rounds: 2, minimumClients: 1, port: 0, outputDirectory };
  const parts = tinyParts({ architecture, initialParameters });
  const running = await startAggregator(parseConfig(config, "the test"), { parts });
  const agent = await ScriptedAgent.join(running.url, "a");
  for (const [index, parameters] of delivered.entries()) {
    await agent.deliver(encodeParameterFile(parameters), { index });
  }
  await running.finished;
}
