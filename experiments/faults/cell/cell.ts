// One run of the matrix: an aggregator as a process, agents inside this process or as processes, and what happens to them. A
// fault's script starts it, strikes, mends and waits for its end.

import { runAgent } from "../../../client/agent.ts";
import type { AgentEvent } from "../../../client/agent-types.ts";
import { agentOptions, watchAgent } from "../agents/agent-options.ts";
import { AGENTS, agentName, type Phase, ROUNDS, STRUCK_AGENT } from "../fault.ts";
import type { AgentOrders } from "../processes/agent-process.ts";
import type { AggregatorOrders } from "../processes/aggregator-process.ts";
import { BATCH_SIZE } from "../small-run.ts";
import { freePort } from "./free-port.ts";
import { inTime } from "./in-time.ts";
import { type SpawnedProcess, spawnProcess } from "./spawn-process.ts";
import { type Entry, isLine, isPhase, Timeline } from "./timeline.ts";

/** Several parts an update. */
export const PART_BYTES = 2048;

/** What happens to the aggregator while it runs. */
export type Misfortune = Omit<Partial<AggregatorOrders>, "config" | "partBytes">;

/** Starts an agent and resolves or rejects with its end. */
export type StartAgent = (number: number, serverUrl: string, signal: AbortSignal) => Promise<unknown>;

export interface CellOptions {
  /** Empty, and the cell's own. */
  readonly folder: string;
  /** Where the aggregator listens; default loopback. */
  readonly host?: string | undefined;
  /** Command through which the aggregator is started. */
  readonly through?: readonly string[] | undefined;
  /** What differs from the matrix' configuration. */
  readonly changes?: Readonly<Record<string, unknown>> | undefined;
}

export class Cell {
  readonly timeline = new Timeline();
  readonly folder: string;
  readonly #options: CellOptions;
  readonly #port: number;
  readonly #end = new AbortController();
  readonly #agents: Promise<unknown>[] = [];
  readonly #processes: SpawnedProcess[] = [];
  #aggregator: SpawnedProcess | undefined;
  /** What agents connect to; a proxy puts itself here. */
  serverUrl: string;
  /** When the fault struck. */
  struckAt: number | undefined;

  private constructor(options: CellOptions, port: number) {
    this.folder = options.folder;
    this.#options = options;
    this.#port = port;
    this.serverUrl = `http://${options.host ?? "127.0.0.1"}:${port}`;
  }

  static async open(options: CellOptions): Promise<Cell> {
    return new Cell(options, await freePort());
  }

  get port(): number {
    return this.#port;
  }

  get aggregator(): SpawnedProcess {
    if (!this.#aggregator) throw new Error("The aggregator was not started.");
    return this.#aggregator;
  }

  /** Starts the aggregator for the first time, and waits until agents can come. */
  async begin(misfortune: Misfortune = {}): Promise<void> {
    this.startAggregator(misfortune);
    await this.timeline.until("The aggregator's start", isLine("listening"));
    if (misfortune.resume !== "always") await this.timeline.until("The first checkpoint", isLine("ready"));
  }

  startAggregator(misfortune: Misfortune = {}): void {
    const { host = "127.0.0.1", changes, through, folder } = this.#options;
    const config = {
      rounds: ROUNDS,
      minimumClients: AGENTS,
      waitForClientsSeconds: 60,
      host,
      port: this.#port,
      outputDirectory: folder,
      aggregation: { strategy: "fedadam" },
      training: { batchSize: BATCH_SIZE },
      slo: { deadlineSeconds: 60 },
      selection: { policy: "quorum", settings: { requiredUpdates: AGENTS } },
      // Longer than a process takes to start on a machine that is busy with other cells.
      reconnectGraceSeconds: 30,
      liveness: { heartbeatSeconds: 0.5, heartbeatPatienceSeconds: 1, restartGraceSeconds: 30 },
      ...changes,
    };
    const orders: AggregatorOrders = { config, partBytes: PART_BYTES, ...misfortune };
    const onLine = (line: Entry["line"]) => this.timeline.add("aggregator", line);
    this.#aggregator = spawnProcess("aggregator-process", orders, onLine, through);
    this.#processes.push(this.#aggregator);
  }

  /** Starts the agent number `number` in this process. @param onEvent told of what it does, before it goes on. */
  startAgent(number: number, onEvent: (event: AgentEvent) => void = () => {}): void {
    this.addAgent(number, (_number, serverUrl, signal) =>
      runAgent(
        agentOptions(number, serverUrl, (event) => {
          if (event.type !== "progress") this.timeline.add(agentName(number), event);
          onEvent(event);
        }),
        signal,
      ),
    );
  }

  /** An agent of another kind. */
  addAgent(number: number, start: StartAgent): void {
    const ended = start(number, this.serverUrl, this.#end.signal);
    ended.catch(() => {});
    this.#agents.push(ended);
  }

  /** Starts the struck agent in a process of its own. */
  startAgentProcess(strike?: AgentOrders["strike"]): SpawnedProcess {
    const orders: AgentOrders = { serverUrl: this.serverUrl, number: STRUCK_AGENT, strike };
    const name = agentName(STRUCK_AGENT);
    const agent = spawnProcess("agent-process", orders, (line) => this.timeline.add(name, line));
    this.#processes.push(agent);
    return agent;
  }

  /** Starts all agents but the struck one, and, for a fault at the registration, but the last, who comes after the strike. */
  startOthers(phase: Phase): void {
    this.startAgent(1);
    if (phase !== "registration") this.startAgent(AGENTS);
  }

  /** The one who registers after a strike at the registration. */
  startLast(phase: Phase): void {
    if (phase === "registration") this.startAgent(AGENTS);
  }

  /** Waits for a phase, by the aggregator's word or by an agent's, and notes that the fault strikes there. */
  async reach(phase: Phase, source?: string): Promise<void> {
    const { seconds } = await this.timeline.until(`The phase "${phase}"`, isPhase(phase, source));
    this.struckAt = seconds;
  }

  /** Calls `strike` at a phase of the struck agent's, in the middle of what it does. */
  strikeFromAgent(phase: Phase, strike: () => void): void {
    const watch = watchAgent((reached) => {
      if (reached !== phase) return;
      this.struckAt = performance.now() / 1000;
      strike();
    });
    this.startAgent(STRUCK_AGENT, watch);
  }

  /** Lets an aggregator that is held go on. */
  release(): void {
    this.aggregator.child.send("go on");
  }

  /**
   * Waits until the run has come to its end, and all of its agents with it.
   *
   * @returns how often the aggregator had to be started again, if that is allowed.
   */
  async finish(restarts = 0): Promise<number> {
    for (let restarted = 0; ; restarted++) {
      const code = await inTime("The end of the run", this.aggregator.exited);
      if (code !== 0 && restarted === restarts) {
        throw new Error(`The aggregator ended with ${code ?? "a signal"}: ${this.aggregator.stderr().trim()}`);
      }
      if (code === 0) {
        await inTime("The end of the agents", Promise.all(this.#agents));
        return restarted;
      }
      this.startAggregator();
    }
  }

  /** Ends whatever still runs. */
  async close(): Promise<void> {
    this.#end.abort();
    for (const { child } of this.#processes) child.kill("SIGKILL");
    await Promise.allSettled([...this.#agents, ...this.#processes.map(({ exited }) => exited)]);
  }
}

/** Whether a line tells of the struck agent's disconnection. */
export function isDisconnection(entry: Entry): boolean {
  return (
    isLine("client-disconnected")(entry) && "clientId" in entry.line && entry.line.clientId === agentName(STRUCK_AGENT)
  );
}
