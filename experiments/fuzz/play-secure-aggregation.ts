// Messages of secure aggregation, which are calls as yet: a round whose clients answer with mutations, and a client whose server does.

import { SecureAggregationClient } from "../../client/secure-aggregation/secure-client.ts";
import type { RandomSource } from "../../foundation/random-source.ts";
import type { Assumptions } from "../../protocol/secure-aggregation/messages.ts";
import { SecureRound } from "../../server/secure-aggregation/secure-round.ts";
import { chance } from "./generate/draw.ts";
import { mutateValue } from "./generate/mutate-value.ts";

const assumptions: Assumptions = {
  dropoutShare: 0.2,
  corruptedShare: 0.1,
  server: "honest",
  securityBits: 40,
  correctnessBits: 20,
};
const clientIds = ["a", "b", "c", "d", "e", "f"];

/** Up to the clients' confirmations, with one message in five mutated. @param keep is shown the last mutation. */
export async function playSecureMessage(random: RandomSource, keep: (input: unknown) => unknown): Promise<void> {
  const options = { clientIds, parameterCount: 4, assumptions, coding: { updateRange: 0.5, maximumWeight: 1000 } };
  const server = new SecureRound(options);
  const clients = new Map(clientIds.map((id) => [id, new SecureAggregationClient(id)]));
  const sent = (message: unknown) => (chance(random, 0.2) ? keep(mutateValue(message, random)) : message);
  for (const [id, client] of clients) {
    const keys = client.join(sent(server.invitation()));
    server.keys(id, sent(keys.accepted ? keys.value : null));
  }
  const rosters = server.closeKeys();
  if (rosters.status !== "continues") return;
  for (const [id, roster] of rosters.messages) {
    const shares = await clients.get(id)?.share(sent(roster));
    server.shares(id, sent(shares?.accepted ? shares.value : null));
  }
  const packets = server.closeShares();
  if (packets.status !== "continues") return;
  for (const [id, packet] of packets.messages) {
    const confirmation = clients.get(id)?.confirm(sent(packet));
    server.confirmation(id, sent(confirmation?.accepted ? confirmation.value : null));
  }
  server.closeConfirmations();
}
