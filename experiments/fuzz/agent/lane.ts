// One agent under fuzz, as its hostile aggregator sees it: the connection that it has now, and what it says.

import { EventEmitter, once } from "node:events";
import { hostileWelcome, validWelcome } from "../generate/aggregator-messages.ts";
import { streamOf } from "../generate/draw.ts";
import { hostileFrames } from "../generate/socket-frames.ts";
import { within } from "../wire/pack.ts";
import type { AgentConnection, AgentPacket } from "../wire/socket-server.ts";

/** For everything that an agent does, however busy the machine is; its longest pause between connections is 5 s. */
export const AGENT_SECONDS = 40;

/** An agent that does not take a welcome hangs up sooner. */
const WELCOME_MILLISECONDS = 300;

export interface LaneEvent {
  readonly event: string;
  readonly message: unknown;
}

/** An honest clock on which emulated devices are done at once. */
const honestWelcome = { ...validWelcome, clock: { kind: "emulated", emulatedSecondsPerWallSecond: 1e6 } };

export class Lane {
  readonly clientId: string;
  /** The task of its last progress. */
  runningTask: string | undefined;
  /** Answers the next `update`, once. */
  updateAnswer: unknown;
  /** Answers the next `register`, once. */
  welcome: { readonly answer: unknown } | undefined;
  readonly #heard = new EventEmitter<{ connection: []; event: [LaneEvent] }>();
  #connection: AgentConnection | undefined;

  constructor(clientId: string) {
    this.clientId = clientId;
  }

  /** A registered connection; undefined if the agent does not come. */
  async connection(): Promise<AgentConnection | undefined> {
    const come = async () => {
      while (!this.#connection?.isOpen) await once(this.#heard, "connection");
      return this.#connection;
    };
    const connection = await within(AGENT_SECONDS, come());
    return connection === "hung" ? undefined : connection;
  }

  /** Waits for an event of the agent. */
  async hear(matches: (event: LaneEvent) => boolean, seconds = AGENT_SECONDS): Promise<LaneEvent | "hung"> {
    let listener: (event: LaneEvent) => void = () => {};
    const heard = new Promise<LaneEvent>((resolve) => {
      listener = (event) => {
        if (matches(event)) resolve(event);
      };
      this.#heard.on("event", listener);
    });
    const event = await within(seconds, heard);
    this.#heard.off("event", listener);
    return event;
  }

  /** Waits until the agent has trained. */
  hearTrained(taskId: string, seconds?: number): Promise<LaneEvent | "hung"> {
    const isTrained = ({ event, message }: LaneEvent) =>
      event === "progress" && taskIdOf(message) === taskId && (message as { phase?: unknown }).phase === "trained";
    return this.hear(isTrained, seconds);
  }

  /** The agent has said who it is on a new connection. @param id of the acknowledgement that it waits for. */
  takeRegistration(connection: AgentConnection, id: number | undefined): void {
    const answer = this.welcome?.answer ?? honestWelcome;
    const isHostile = this.welcome !== undefined;
    this.welcome = undefined;
    connection.onPacket = (packet) => this.#take(connection, packet);
    connection.sendPacket({ type: 3, nsp: "/", data: [answer], id });
    this.#connection = connection;
    const settle = () => this.#heard.emit("connection");
    // One that takes it stays, and is played on.
    if (isHostile) setTimeout(settle, WELCOME_MILLISECONDS);
    else settle();
  }

  #take(connection: AgentConnection, { type, data, id }: AgentPacket): void {
    if (type !== 2 || !Array.isArray(data)) return;
    const [event, message] = [String(data[0]), data[1] as unknown];
    if (event === "register") this.takeRegistration(connection, id);
    const task = taskIdOf(message);
    if (event === "progress") this.runningTask = task;
    if (event === "update" || event === "failure") {
      const reply = (event === "update" ? this.updateAnswer : undefined) ?? { accepted: true };
      if (event === "update") this.updateAnswer = undefined;
      connection.sendPacket({ type: 3, nsp: "/", data: [reply], id });
    }
    this.#heard.emit("event", { event, message });
  }
}

/** The task that a message of an agent is about. */
export function taskIdOf(message: unknown): string | undefined {
  return typeof message === "object" && message !== null && "taskId" in message ? String(message.taskId) : undefined;
}

/** The moments of a connection at which hostile frames come. */
const stages = ["before-greeting", "after-greeting", "after-joining", "at-registration"] as const;

/**
 * Serves a new connection up to the registration of its agent.
 *
 * @param attack an input of frames that is played on it, and ends it.
 */
export function serveConnection(
  connection: AgentConnection,
  lanes: ReadonlyMap<string, Lane>,
  attack: { readonly index: number; readonly seed: number; readonly onPlayed: () => void } | undefined,
): void {
  const random = attack && streamOf(attack.seed, attack.index);
  const stage = random && stages[Math.floor(random.next() * stages.length)];
  const strike = (afterwards: () => void) => {
    if (!attack || !random) return;
    connection.write(hostileFrames(random, false));
    // What the agent does with it shows in the next connection, and in whether its process lives.
    setTimeout(() => {
      attack.onPlayed();
      afterwards();
    }, 30);
  };
  const strikeAndClose = () => strike(() => void connection.close());
  connection.onPacket = ({ type, data, id }) => {
    if (type === 0) {
      if (stage === "after-joining") return strikeAndClose();
      return connection.sendPacket({ type: 0, nsp: "/", data: { sid: "fuzz" } });
    }
    if (type !== 2 || !Array.isArray(data) || data[0] !== "register") return;
    if (stage === "at-registration") return strikeAndClose();
    const lane = lanes.get(String((data[1] as { clientId?: unknown }).clientId));
    lane?.takeRegistration(connection, id);
  };
  // An engine.io client waits 20 s for a greeting, even on a connection that has ended.
  if (stage === "before-greeting") strike(() => connection.greet());
  else connection.greet();
  if (stage === "after-greeting") strikeAndClose();
}

/** The next answer to `register`. */
export const welcomeOf = (seed: number, index: number) => ({ answer: hostileWelcome(streamOf(seed, index)) });
