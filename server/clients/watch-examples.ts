// What an operator should know of a client's examples beside those of the others: no reason to refuse anybody.

import type { Register } from "../../protocol/messages.ts";
import { isKnownDataset } from "../../workloads/find-dataset.ts";
import { GroupedClients } from "./grouped-clients.ts";

type Examples = NonNullable<Register["examples"]>;
type Scaling = NonNullable<Examples["scaling"]>;
type Share = NonNullable<Examples["share"]>;
/** Of shares, in a run: clients that lie could make any number of them. */
const MOST_WARNINGS = 100;

type Holder = Pick<Register, "clientId" | "examples">;

const scalingWords: Readonly<Record<Scaling, string>> = {
  none: "as they stand in its files",
  standardise: "scaled to mean 0 and variance 1",
  minmax: "scaled to 0..1",
};

/** Looks at every registration of a run. @returns sentences on the client and its examples, each of which comes once, until the aggregator is started again. */
export type ExamplesWatch = (client: Holder) => readonly string[];

export interface WatchOptions {
  /** Whether the client of that name can be reached now: who has left is compared with nobody. */
  readonly isConnected: (clientId: string) => boolean;
  /** As many as the run waits for before its first round. */
  readonly minimumClients: number;
  /** Of the run's own data set, if that is a table. */
  readonly runScaling?: Scaling | undefined;
}

export function watchExamples(options: WatchOptions): ExamplesWatch {
  const watches = [watchScaling(options), watchShares(options)];
  return (client) => watches.flatMap((warningOn) => warningOn(client) ?? []);
}

type Watch = (client: Holder) => string | undefined;

/** Numbers that mean different things from client to client; said once of a client and its scaling. */
function watchScaling({ isConnected, runScaling }: WatchOptions): Watch {
  const clients = new GroupedClients<Scaling>(isConnected);
  const told = new Set<string>();
  return ({ clientId, examples }) => {
    const scaling = examples?.scaling;
    clients.put(clientId, scaling);
    const client = clients.groups().find(({ group }) => group !== scaling);
    const key = JSON.stringify([clientId, scaling]);
    if (scaling === undefined || told.has(key)) return undefined;
    const isRunOther = runScaling !== undefined && runScaling !== scaling;
    const [whose, theirs] = isRunOther ? ["the run's data", runScaling] : [`"${client?.clientId}"`, client?.group];
    if (theirs === undefined) return undefined;
    told.add(key);
    return (
      `Its numbers are ${scalingWords[scaling]}, those of ${whose} ${scalingWords[theirs]}: one ` +
      "network learns badly from both. Give all agents, and the run's dataset, the same scale= in their data's name."
    );
  };
}

/**
 * The same examples with several clients: said once of a share, when its second holder comes, and once of a data set that is cut in two
 * ways, whose shares overlap.
 */
function watchShares({ isConnected, minimumClients }: WatchOptions): Watch {
  const byShare = new GroupedClients<string>(isConnected);
  const byCut = new GroupedClients<string>(isConnected);
  const shares = new Map<string, Share>();
  const told = new Set<string>();
  return ({ clientId, examples }) => {
    const share = examples?.share && isKnownDataset(examples.share.dataset) ? examples.share : undefined;
    byShare.put(clientId, share && shareKey(share));
    byCut.put(clientId, share && cutKey(share));
    if (share === undefined) return undefined;
    shares.set(clientId, share);
    const holders = byShare.membersOf(shareKey(share));
    const twin = holders.find((holder) => holder !== clientId);
    const isOtherCut = (other: Share | undefined) =>
      other?.dataset === share.dataset && cutKey(other) !== cutKey(share);
    const neighbour = byCut.groups().find((group) => isOtherCut(shares.get(group.clientId)))?.clientId;
    const what = twin === undefined ? share.dataset : shareKey(share);
    if ((twin ?? neighbour) === undefined || told.has(what) || told.size >= MOST_WARNINGS) return undefined;
    told.add(what);
    const [held, other] = [shareWords(share), shareWords(shares.get(neighbour ?? "") ?? share)];
    const sentence =
      twin === undefined
        ? `It may hold examples that "${neighbour}" holds too: it was given ${held}, the other ${other}.`
        : `It holds the same examples as "${twin}": both were given ${held}.`;
    const count = Math.max(minimumClients, holders.length, share.count);
    return `${sentence} Give each agent its own share: --shard 1/${count}, 2/${count} and so on.`;
  };
}

/** However the whole is split, it is the whole. */
const shareKey = ({ dataset, split, number, count }: Share): string =>
  JSON.stringify(count === 1 ? [dataset] : [dataset, split, number, count]);

/** Shares of one cut do not overlap. */
const cutKey = ({ dataset, split, count }: Share): string =>
  JSON.stringify(count === 1 ? [dataset] : [dataset, split, count]);

const shareWords = ({ dataset, split, number, count }: Share): string =>
  count === 1 ? `the whole of ${dataset}` : `share ${number}/${count} of ${dataset} (${split})`;
