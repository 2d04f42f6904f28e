// The part `aggregation.secure` of the aggregator's configuration, and what it cannot be together with.

import { z } from "zod";
import { checkCoding } from "../../protocol/secure-aggregation/fixed-point.ts";
import { chooseGraphParameters } from "../../protocol/secure-aggregation/graph-parameters.ts";
import { MAXIMUM_COHORT } from "../../protocol/secure-aggregation/limits.ts";
import { assumptionsSchema, codingSchema } from "../../protocol/secure-aggregation/messages.ts";
import { policyAdaptsWork } from "../../selection/policies/find-policy.ts";

const assumed = assumptionsSchema.shape;
const coded = codingSchema.shape;

export const secureConfigSchema = z.strictObject({
  /** Share of the trained clients that may drop out from their keys on, 0..0.5. */
  dropoutShare: assumed.dropoutShare.default(0.1),
  /** Share of them that may collude with the aggregator, 0..0.5. */
  corruptedShare: assumed.corruptedShare.default(0.1),
  /** "honest": the aggregator keeps to the protocol; "equivocating": it may lie to the clients about who survived. */
  server: assumed.server.default("equivocating"),
  /** The chance that the graph fails to protect somebody is at most 2^-securityBits. */
  securityBits: assumed.securityBits.default(40),
  /** The chance that a round with no more dropouts than assumed fails is at most 2^-correctnessBits. */
  correctnessBits: assumed.correctnessBits.default(20),
  /** Each parameter may change by so much in a round; more is cut. */
  updateRange: coded.updateRange.default(1),
  /** A client with more examples weighs as one with so many. */
  maximumWeight: coded.maximumWeight.default(1000),
  /** A sum over fewer clients is not made. */
  minimumClients: z.int().min(2).max(MAXIMUM_COHORT).default(3),
  /**
   * How long each phase waits for its last answer. The clients must have trained five of them before the round's deadline; a phase that
   * ends sooner leaves its time to the upload of the masked inputs.
   */
  phaseSeconds: z.number().positive().max(3600).default(5),
});

export type SecureConfig = z.infer<typeof secureConfigSchema>;

/** Strategies that need nothing but the mean. */
const strategiesOfMeans: readonly string[] = ["fedavg", "fedprox", "fedavgm", "fedadagrad", "fedyogi", "fedadam"];

/** What of a configuration secure aggregation depends on. */
interface Surroundings {
  readonly aggregation: {
    readonly strategy: string;
    readonly secure?: SecureConfig | undefined;
    readonly clippingNorm?: number | undefined;
    readonly maximumExampleCount?: number | undefined;
  };
  readonly selection: {
    readonly policy: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly cohortSize?: number | undefined;
  };
  readonly minimumClients: number;
  readonly privacy?: unknown;
  readonly compression?: unknown;
  readonly clock: { readonly kind: string };
  readonly governor: { readonly mode: string };
}

export interface ConfigConflict {
  readonly path: readonly string[];
  readonly message: string;
}

/** Why a configuration with `aggregation.secure` cannot work; nothing for one without. */
export function secureConflicts(config: Surroundings): readonly ConfigConflict[] {
  const { secure } = config.aggregation;
  return secure ? [...conflictsOfParts(config), ...conflictsOfCohort(config, secure)] : [];
}

function conflictsOfParts({
  aggregation,
  selection,
  privacy,
  compression,
  clock,
  governor,
}: Surroundings): ConfigConflict[] {
  const conflicts: ConfigConflict[] = [];
  const because = (isConflict: boolean, path: string, why: string) => {
    if (isConflict) conflicts.push({ path: path.split("."), message: `not with aggregation.secure: ${why}` });
  };
  const adaptsWork = policyAdaptsWork(selection.policy, selection.settings);
  because(
    adaptsWork,
    "selection.settings",
    `the policy "${selection.policy}" asks clients for unequal work, which takes weights of its own for each update; set adaptiveWork to off`,
  );
  because(
    !adaptsWork && !strategiesOfMeans.includes(aggregation.strategy),
    "aggregation.strategy",
    `"${aggregation.strategy}" must see each update, and the aggregator sees their mean alone; choose one of ${strategiesOfMeans.join(", ")}`,
  );
  because(
    aggregation.clippingNorm !== undefined,
    "aggregation.clippingNorm",
    "no norm of a masked update can be told; updateRange bounds each parameter instead",
  );
  because(
    aggregation.maximumExampleCount !== undefined,
    "aggregation.maximumExampleCount",
    "the weight is masked, too; clients keep to aggregation.secure.maximumWeight instead",
  );
  because(
    privacy !== undefined,
    "privacy",
    "no update can be clipped to its norm on the aggregator; agents can add noise themselves (docs/privacy.md)",
  );
  because(compression !== undefined, "compression", "masks make every update as large as the model");
  because(governor.mode === "measured", "governor.mode", "no update comes by itself whose training time could count");
  because(clock.kind !== "wall", "clock", "its phases are on the wall clock");
  return conflicts;
}

function conflictsOfCohort({ selection, minimumClients }: Surroundings, secure: SecureConfig): ConfigConflict[] {
  const { cohortSize } = selection;
  const sizes = [
    { path: ["minimumClients"], size: minimumClients },
    ...(cohortSize === undefined ? [] : [{ path: ["selection", "cohortSize"], size: cohortSize }]),
  ];
  return sizes.flatMap(({ path, size }) => {
    if (size < secure.minimumClients) {
      const message = `${size} are too few for aggregation.secure, whose sums are over at least ${secure.minimumClients} clients`;
      return [{ path, message }];
    }
    const graph = chooseGraphParameters(size, secure);
    if (!graph.accepted) return [{ path, message: `too few for aggregation.secure: ${graph.reason}` }];
    const coding = checkCoding({ ...secure, maximumClients: Math.max(2, size) });
    return coding.accepted ? [] : [{ path: ["aggregation", "secure", "maximumWeight"], message: coding.reason }];
  });
}
