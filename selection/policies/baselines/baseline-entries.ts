// The policies that ProbSelect is compared with and that learn nothing from the rounds.

import { z } from "zod";
import { startPolicy } from "../../policy/policy.ts";
import { cohortShare, entryOf, type PolicyEntry } from "../policy-entry.ts";
import { allPolicy } from "./all.ts";
import { fedCsPolicy } from "./fedcs.ts";
import { firstContactPolicy } from "./first-contact.ts";
import { fixedUtilisationPolicy } from "./fixed-utilisation.ts";
import { oraclePolicy } from "./oracle.ts";
import { overProvisionPolicy } from "./over-provision.ts";
import { fedLimPolicy, randomPolicy } from "./random.ts";

export const baselineEntries: readonly PolicyEntry[] = [
  entryOf({
    name: "random",
    needs: "static-specs",
    honoursPriorities: true,
    summary: "federated averaging's uniform sample; where the round may, it waits for all of them",
    settings: z.strictObject({ share: cohortShare }),
    create: (options) => startPolicy(randomPolicy(options)),
  }),
  entryOf({
    name: "fedlim",
    needs: "static-specs",
    honoursPriorities: true,
    summary: "a uniform sample under the deadline, the paper's baseline; what is late is discarded",
    settings: z.strictObject({ share: cohortShare }),
    create: (options) => startPolicy(fedLimPolicy(options)),
  }),
  entryOf({
    name: "all",
    needs: "static-specs",
    honoursPriorities: true,
    summary:
      "everybody that can take part: the most updates and the most waste; with a cohort size a uniform sample of them",
    settings: z.strictObject({}),
    create: (options) => startPolicy(allPolicy(options)),
  }),
  entryOf({
    name: "over-provision",
    needs: "static-specs",
    honoursPriorities: true,
    summary:
      "a uniform sample larger than needed, of which the first to report count (Bonawitz et al., arXiv 1902.01046)",
    settings: z.strictObject({ share: cohortShare, factor: z.number().min(1).default(1.3) }),
    create: (options) => startPolicy(overProvisionPolicy(options)),
  }),
  entryOf({
    name: "fedcs",
    needs: "static-specs",
    honoursPriorities: true,
    summary: "as many polled clients as fit before the deadline by their mean times (FedCS, arXiv 1804.08333)",
    settings: z.strictObject({
      share: z.number().positive().max(1).default(1),
      uplink: z.enum(["sequential", "parallel"]).default("parallel"),
    }),
    create: (options) => startPolicy(fedCsPolicy(options)),
  }),
  entryOf({
    name: "fixed-utilisation",
    needs: "static-specs",
    honoursPriorities: true,
    summary: "everybody whose time at one utilisation for all devices is within the deadline (APPFL's FLOP rule)",
    settings: z.strictObject({ utilisation: z.number().positive().max(1).default(0.5) }),
    create: (options) => startPolicy(fixedUtilisationPolicy(options)),
  }),
  entryOf({
    name: "first-contact",
    needs: "static-specs",
    honoursPriorities: true,
    summary: "the first clients to make contact, as satellites do (arXiv 2511.14889); the round waits for all of them",
    settings: z.strictObject({ share: cohortShare }),
    create: (options) => startPolicy(firstContactPolicy(options)),
  }),
  entryOf({
    name: "oracle",
    needs: "truth",
    honoursPriorities: true,
    summary: "everybody that will be on time, which only a simulation knows: the limit of every other policy",
    settings: z.strictObject({}),
    create: (options) => startPolicy(oraclePolicy(options)),
  }),
];
