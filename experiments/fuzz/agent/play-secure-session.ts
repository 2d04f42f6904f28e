// A session of secure aggregation with one agent under fuzz: five honest clients beside it, and a server of which one message in four is
// another, or comes at another step.

import { SecureAggregationClient } from "../../../client/secure-aggregation/secure-client.ts";
import type { RandomSource } from "../../../foundation/random-source.ts";
import type { ParameterSet } from "../../../models/parameter-set.ts";
import type { SecureStep } from "../../../protocol/secure-aggregation/exchange.ts";
import type { Assumptions } from "../../../protocol/secure-aggregation/messages.ts";
import { SecureRound } from "../../../server/secure-aggregation/secure-round.ts";
import { chance, pick } from "../generate/draw.ts";
import { hostileValue } from "../generate/hostile-values.ts";
import { mutateValue } from "../generate/mutate-value.ts";

const assumptions: Assumptions = {
  ...{ dropoutShare: 0.2, corruptedShare: 0.1, server: "honest", securityBits: 40, correctnessBits: 20 },
};
const steps: readonly SecureStep[] = ["invitation", "roster", "packets", "mask", "unmask"];

export interface SecureSession {
  readonly clientId: string;
  /** The model that the task began with. */
  readonly global: ParameterSet;
  readonly random: RandomSource;
  /** Puts a request to the agent; resolves with its message, or undefined if it gives none. */
  readonly ask: (step: unknown, message: unknown) => Promise<unknown>;
}

/** @returns the last step that the agent was asked for. */
export async function playSecureSession({ clientId, global, random, ask }: SecureSession): Promise<SecureStep> {
  const others = new Map(["b", "c", "d", "e", "f"].map((id) => [id, new SecureAggregationClient(id)]));
  const clientIds = [clientId, ...others.keys()];
  const round = new SecureRound({
    ...{ clientIds, parameterCount: global.values.length, assumptions },
    coding: { updateRange: 2, maximumWeight: 1000 },
  });
  const told = (step: SecureStep, message: unknown) => {
    if (chance(random, 0.1)) return ask(pick<unknown>(random, [...steps, hostileValue(random)]), message);
    return ask(step, chance(random, 0.25) ? mutateValue(message, random) : message);
  };
  const update = { globalParameters: global, parameters: global, exampleCount: 100 };

  const invitation = round.invitation();
  round.keys(clientId, await told("invitation", invitation));
  for (const [id, other] of others) round.keys(id, madeOf(other.join(invitation)));
  const rosters = round.closeKeys();
  if (rosters.status !== "continues") return "invitation";

  round.shares(clientId, await told("roster", rosters.messages.get(clientId)));
  for (const [id, other] of others) round.shares(id, madeOf(await other.share(rosters.messages.get(id))));
  const packets = round.closeShares();
  if (packets.status !== "continues") return "roster";

  round.confirmation(clientId, await told("packets", packets.messages.get(clientId)));
  for (const [id, other] of others) round.confirmation(id, madeOf(other.confirm(packets.messages.get(id))));
  const masks = round.closeConfirmations();
  if (masks.status !== "continues") return "packets";

  // Its vector leaves as an upload, which this server takes and forgets: for the round it drops out here.
  await told("mask", masks.messages.get(clientId));
  for (const [id, other] of others) {
    const masked = other.mask(masks.messages.get(id), update);
    round.maskedInput(id, masked.accepted ? masked.value.message : undefined);
  }
  const unmasking = round.closeMaskedInputs();
  if (unmasking.status !== "continues") return "mask";
  await told("unmask", [...unmasking.messages.values()][0]);
  return "unmask";
}

const madeOf = <Value>(answer: { readonly accepted: true; readonly value: Value } | { readonly accepted: false }) =>
  answer.accepted ? answer.value : undefined;
