// What Oort can be told, by the names of its paper and of its code in FedScale (config_parser.py). The defaults are FedScale's; the
// docstrings say where the paper differs (docs/policies-learning.md has both).

import { z } from "zod";

const share = z.number().positive().max(1);

export const oortSettings = z.strictObject({
  /** Of the candidates, when no cohort size is given. */
  share: share.default(0.5),
  /** epsilon, the share of a cohort that explores, before the first round. */
  explorationFactor: z.number().min(0).max(1).default(0.9),
  /** epsilon is multiplied by it each round. */
  explorationDecay: share.default(0.98),
  /** epsilon never falls below it; the paper has 0.2. */
  explorationMinimum: z.number().min(0).max(1).default(0.3),
  /** The percentile of the durations that is the preferred one, T, in the first round; from 100 on no duration is too long. */
  roundThreshold: z.number().min(0).max(100).default(30),
  /** alpha: a client of duration t > T has its utility multiplied by (T / t)^alpha. */
  roundPenalty: z.number().min(0).default(2),
  /** Rounds whose utility the pacer sums, and after which it looks again. */
  pacerStep: z.int().min(1).default(20),
  /** Percentiles by which the pacer moves the threshold. */
  pacerDelta: z.number().positive().max(100).default(5),
  /** Who has less than this share of the utility at the cohort's edge is not exploited; the paper has 0.95. */
  cutOffUtility: z.number().min(0).max(1).default(0.05),
  /** Utilities above this quantile count as the quantile; the paper has 0.95. */
  clipBound: z.number().min(0).max(1).default(0.9),
  /** Explored are drawn from so many times as many clients as are needed: those of the highest weight. */
  sampleWindow: z.number().min(1).default(5),
  /** Who has reported in more rounds than this is left out; absent: nobody is. The paper has 10. */
  blacklistRounds: z.int().min(1).optional(),
  /** The largest share of the candidates that is left out so. */
  blacklistShare: z.number().min(0).max(1).default(0.3),
});

export type OortSettings = z.infer<typeof oortSettings>;
