// A scenario cannot have what only an aggregator has.

import { expect, it } from "vitest";
import { checkScenario } from "../../../experiments/simulation/read-scenario.ts";

it("a scenario that asks for asynchronous rounds is refused in words", async () => {
  const learning = { strategy: "fedbuff", asynchronous: { bufferSize: 2 } };
  await expect(checkScenario({ learning }, "the test")).rejects.toThrow(
    /learning\.asynchronous: A simulated round ends with its cohort/,
  );
});
