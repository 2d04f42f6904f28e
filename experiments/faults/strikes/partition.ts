// The network between all agents and the aggregator swallows every byte until the aggregator has taken its agents for gone, and is
// whole again then. No process dies and no connection is closed.

import type { Cell } from "../cell/cell.ts";
import { isLine } from "../cell/timeline.ts";
import { AGENTS, type Phase } from "../fault.ts";
import { bridgedNamespace, canMakeNamespaces } from "../network/bridged-namespace.ts";
import type { Partition } from "../network/partition.ts";
import { pausingProxy } from "../network/pausing-proxy.ts";
import { isAggregatorsPhase } from "./kill-agent.ts";
import type { Strike } from "./strike.ts";

export const partitionMeans = canMakeNamespaces() ? "network namespaces" : "a proxy that stops to forward";

let namespaces = 0;

export const partition: Strike = {
  async prepare(options) {
    if (!canMakeNamespaces()) return { options, partition: undefined, giveBack: async () => {} };
    const network = bridgedNamespace(namespaces++ % 256);
    const { host, through } = network;
    return { options: { ...options, host, through }, partition: network, giveBack: () => network.close() };
  },

  async run(cell, phase, _form, prepared) {
    if (prepared) return cutAndHeal(cell, phase, prepared);
    const proxy = await pausingProxy(cell.port);
    cell.serverUrl = proxy.url;
    try {
      return await cutAndHeal(cell, phase, proxy);
    } finally {
      await proxy.close();
    }
  },
};

async function cutAndHeal(cell: Cell, phase: Phase, network: Partition): Promise<string> {
  const isHeld = isAggregatorsPhase(phase);
  await cell.begin({ holdAt: phase });
  if (isHeld || phase === "registration") {
    cell.startAgent(2);
    cell.startOthers(phase);
    await cell.reach(phase);
    network.cut();
    if (isHeld) cell.release();
  } else {
    cell.strikeFromAgent(phase, () => network.cut());
    cell.startOthers(phase);
    await cell.timeline.until("The strike", () => cell.struckAt !== undefined);
  }
  const seen = phase === "registration" ? AGENTS - 1 : AGENTS;
  await cell.timeline.until(
    "That all agents are taken for gone",
    () => cell.timeline.entries.filter(isLine("client-disconnected")).length >= seen,
  );
  network.heal();
  cell.startLast(phase);
  await cell.finish();
  return "agents are taken for gone after their heartbeats stop; once the network is whole they come back and go on";
}
