// A cell with real training.

import type { JobContext } from "../../jobs/job.ts";
import type { CellResult, CellSpec } from "../cell.ts";
import type { BuiltWorld } from "../world/build-world.ts";

export async function runLearningCell(_spec: CellSpec, _world: BuiltWorld, _context: JobContext): Promise<CellResult> {
  throw new Error("not yet built");
}
