// Every fault's script by its name.

import type { Fault } from "../fault.ts";
import { clockJump } from "./clock-jump.ts";
import { diskFull } from "./disk-full.ts";
import { duplicateUpload } from "./duplicate-upload.ts";
import { frozenAgent } from "./frozen-agent.ts";
import { halfUpload } from "./half-upload.ts";
import { killAgent } from "./kill-agent.ts";
import { killServer } from "./kill-server.ts";
import { lateUpload } from "./late-upload.ts";
import { partition } from "./partition.ts";
import type { Strike } from "./strike.ts";
import { tornCheckpoint } from "./torn-checkpoint.ts";

export const strikes: Readonly<Record<Fault, Strike>> = {
  "kill -9 server": killServer,
  "kill -9 agent": killAgent,
  partition,
  "frozen agent": frozenAgent,
  "half upload": halfUpload,
  "duplicate upload": duplicateUpload,
  "late upload": lateUpload,
  "disk full": diskFull,
  "torn checkpoint": tornCheckpoint,
  "clock jump": clockJump,
};
