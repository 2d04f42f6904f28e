// What an operator should know of a client's examples beside those of the others: no reason to refuse anybody.

import type { Register } from "../../protocol/messages.ts";
import { GroupedClients } from "./grouped-clients.ts";

type Examples = NonNullable<Register["examples"]>;
type Scaling = NonNullable<Examples["scaling"]>;
type Share = NonNullable<Examples["share"]>;
type Holder = Pick<Register, "clientId" | "examples">;

const scalingWords: Readonly<Record<Scaling, string>> = {
  none: "as they stand in its files",
  standardise: "scaled to mean 0 and variance 1",
  minmax: "scaled to 0..1",
};

/** Looks at every registration of a run. @returns sentences on the client and its examples, each of which comes once in a run. */
export type ExamplesWatch = (client: Holder) => readonly string[];

export interface WatchOptions {
  /** Whether the client of that name can be reached now: who has left is compared with nobody. */
  readonly isConnected: (clientId: string) => boolean;
  /** As many as the run waits for before its first round. */
  readonly minimumClients: number;
}

export function watchExamples(options: WatchOptions): ExamplesWatch {
  const watches = [watchScaling(options), watchShares(options)];
  return (client) => watches.flatMap((warningOn) => warningOn(client) ?? []);
}

type Watch = (client: Holder) => string | undefined;

/** Numbers that mean different things from client to client; said once of a client and its scaling. */
function watchScaling({ isConnected }: WatchOptions): Watch {
  const clients = new GroupedClients<Scaling>(isConnected);
  const told = new Set<string>();
  return ({ clientId, examples }) => {
    const scaling = examples?.scaling;
    clients.put(clientId, scaling);
    const different = clients.groups().find(({ group }) => group !== scaling);
    const key = JSON.stringify([clientId, scaling]);
    if (scaling === undefined || different === undefined || told.has(key)) return undefined;
    told.add(key);
    return (
      `Its numbers are ${scalingWords[scaling]}, those of "${different.clientId}" ${scalingWords[different.group]}: one ` +
      "network learns badly from both. Give all agents, and the run's dataset, the same scale= in their data's name."
    );
  };
}

/** The same examples with several clients; said once of a share, when its second holder comes. */
function watchShares({ isConnected, minimumClients }: WatchOptions): Watch {
  const clients = new GroupedClients<string>(isConnected);
  const told = new Set<string>();
  return ({ clientId, examples }) => {
    const share = examples?.share;
    const key = share && keyOf(share);
    clients.put(clientId, key);
    if (share === undefined || key === undefined || told.has(key)) return undefined;
    const holders = clients.membersOf(key);
    if (holders.length < 2) return undefined;
    told.add(key);
    const count = Math.max(minimumClients, holders.length, share.count);
    return (
      `It holds the same examples as "${holders.find((holder) => holder !== clientId)}": ${shareWords(share)}. ` +
      `Give each agent its own share: --shard 1/${count}, 2/${count} and so on.`
    );
  };
}

/** However the whole is split, it is the whole. */
function keyOf({ dataset, split, number, count }: Share): string {
  return JSON.stringify(count === 1 ? [dataset] : [dataset, split, number, count]);
}

function shareWords({ dataset, split, number, count }: Share): string {
  return count === 1
    ? `both were given the whole of ${dataset}`
    : `both have share ${number}/${count} of ${dataset} (${split})`;
}
