// What a checkpoint says of the clients that work on beyond it, so that a restarted aggregator knows their tasks again.

import { z } from "zod";

/** The tasks of one round that have not ended. */
export const keptWorkSchema = z.object({
  /** In which the clients were selected. */
  round: z.int().min(1),
  /** The model that they began from. */
  modelVersion: z.int().min(0),
  model: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), byteLength: z.int().min(0) }),
  /** From their dispatch. */
  deadlineSeconds: z.number().positive(),
  /** How much of that had passed. */
  elapsedSeconds: z.number().min(0),
  clients: z.array(
    z.object({
      clientId: z.string(),
      /** Examples that it had registered then. */
      datasetExampleCount: z.int().min(0),
      /** The less that it was asked for. */
      work: z.object({ exampleCount: z.int(), epochs: z.int() }).optional(),
      /** What it was told to train with. */
      backend: z.string().optional(),
    }),
  ),
});

export type KeptWork = z.infer<typeof keptWorkSchema>;
