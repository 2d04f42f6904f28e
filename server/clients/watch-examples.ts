// What an operator should know of a client's examples beside those of the others: no reason to refuse anybody.

import type { Register } from "../../protocol/messages.ts";
import { GroupedClients } from "./grouped-clients.ts";

type Scaling = NonNullable<NonNullable<Register["examples"]>["scaling"]>;

const scalingWords: Readonly<Record<Scaling, string>> = {
  none: "as they stand in its files",
  standardise: "scaled to mean 0 and variance 1",
  minmax: "scaled to 0..1",
};

/** Looks at every registration of a run. @returns sentences on the client, each of which comes once in a run. */
export type ExamplesWatch = (client: Pick<Register, "clientId" | "examples">) => readonly string[];

/** @param isConnected whether the client of that name can be reached now: who has left is compared with nobody. */
export function watchExamples(isConnected: (clientId: string) => boolean): ExamplesWatch {
  const told = new Set<string>();
  const byScaling = new GroupedClients<Scaling>(isConnected);
  return ({ clientId, examples }) => {
    const scaling = examples?.scaling;
    byScaling.put(clientId, scaling);
    const [different] = byScaling.groups().filter(({ group }) => group !== scaling);
    const key = JSON.stringify([clientId, scaling]);
    if (scaling === undefined || different === undefined || told.has(key)) return [];
    told.add(key);
    return [
      `Its numbers are ${scalingWords[scaling]}, those of "${different.clientId}" ${scalingWords[different.group]}: one ` +
        "network learns badly from both. Give all agents, and the run's dataset, the same scale= in their data's name.",
    ];
  };
}
