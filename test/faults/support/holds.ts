// A fault's row of the matrix as tests: one a cell.

import { beforeAll, describe, expect, it } from "vitest";
import { makeReferences, type References } from "../../../experiments/faults/cell/references.ts";
import { type Fault, type Phase, phases } from "../../../experiments/faults/fault.ts";
import { compiledPath } from "../../support/compiled.ts";

/** As compiled: so are the processes that it starts. */
const { runCell }: typeof import("../../../experiments/faults/run-cell.ts") = await import(
  compiledPath("experiments/faults/run-cell.ts")
);

/** A machine that is busy with something else takes many times longer; no test is about time. */
const TIMEOUT_MILLISECONDS = 400_000;

/** @param what the title of the fault's tests, as a sentence without its end: where it strikes follows. */
export function itHolds(fault: Fault, what: string): void {
  describe(fault, () => {
    let references: References;
    beforeAll(async () => {
      references = await makeReferences();
    }, TIMEOUT_MILLISECONDS);

    it.each(phases)(
      `${what} (%s)`,
      async (phase: Phase) => {
        const { problems, recoverySeconds, lostUpdates, doubleCounted } = await runCell(fault, phase, references);
        expect(problems).toEqual([]);
        expect(recoverySeconds).not.toBeNull();
        expect({ lostUpdates, doubleCounted }).toEqual({ lostUpdates: 0, doubleCounted: 0 });
      },
      TIMEOUT_MILLISECONDS,
    );
  });
}
