// The aggregator: one HTTP and socket server, its stores and its journal, and the run that goes over them round by round.

import type { FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import { type Clock, wallClock } from "../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { ClientSlots } from "../selection/policy/client-slots.ts";
import { type AggregatorOptions, defaultLimits } from "./aggregator-options.ts";
import { type AgentServer, createAgentServer } from "./clients/agent-server.ts";
import { ClientRegistry } from "./clients/client-registry.ts";
import { registrationForecast } from "./clients/registration-forecast.ts";
import { serveAgent } from "./clients/serve-agent.ts";
import { welcomeTo } from "./clients/welcome.ts";
import type { ServerConfig } from "./config.ts";
import { createHttpApp } from "./http/http-app.ts";
import { listen } from "./http/listen.ts";
import { OpenConnections } from "./http/open-connections.ts";
import { describeRun, type RunStatus } from "./http/run-status.ts";
import type { RunSummary } from "./journal/events.ts";
import { packageVersion } from "./package-version.ts";
import { runRound } from "./rounds/round-engine.ts";
import { SocketCohort } from "./rounds/socket-cohort.ts";
import type { RoundOutcome } from "./rounds/types.ts";
import { openRunResources, type RunResources } from "./run-resources.ts";
import { summarizeRun } from "./run-summary.ts";

/** How long the last messages may take to leave before connections are destroyed. */
const FAREWELL_SECONDS = 1;

export interface RunningAggregator {
  readonly url: string;
  readonly port: number;
  /** The run's summary, once everything is closed. Rejects if the run failed. */
  readonly finished: Promise<RunSummary>;
  /** Interrupts the run and waits until every socket, file and thread is closed. Never rejects. */
  close(): Promise<void>;
}

/**
 * Starts an aggregator and its run.
 *
 * @throws {ProbSelectError} server.address-in-use, or the code of a name in the configuration that nobody knows.
 */
export async function startAggregator(
  config: ServerConfig,
  options: AggregatorOptions = {},
): Promise<RunningAggregator> {
  const aggregator = new Aggregator(config, options, await openRunResources(config, options));
  let port: number;
  try {
    port = await aggregator.listen();
  } catch (thrown) {
    await aggregator.release();
    throw thrown;
  }
  const finished = aggregator.run();
  // Whoever awaits `finished` sees the rejection; nobody has to.
  finished.catch(() => {});
  return {
    url: `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`,
    port,
    finished,
    async close() {
      aggregator.interrupt();
      await finished.catch(() => {});
    },
  };
}

class Aggregator {
  readonly #config: ServerConfig;
  readonly #resources: RunResources;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #registry: ClientRegistry;
  readonly #cohort: SocketCohort;
  readonly #app: FastifyInstance;
  readonly #connections: OpenConnections;
  readonly #sockets: AgentServer;
  readonly #outcomes: RoundOutcome[] = [];
  #phase: RunStatus["phase"] = "waiting-for-clients";
  #round = 0;

  constructor(config: ServerConfig, options: AggregatorOptions, resources: RunResources) {
    const { parts, journal, models, uploads } = resources;
    const limits = { ...defaultLimits, ...options.limits };
    this.#config = config;
    this.#resources = resources;
    this.#clock = options.clock ?? wallClock;
    this.#logger = options.logger ?? pino({ level: "silent" });
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#abort.signal]) : this.#abort.signal;
    this.#registry = new ClientRegistry({
      resolveDevice: parts.resolveDevice,
      isClockEmulated: config.clock.kind === "emulated",
    });
    this.#cohort = new SocketCohort({
      ...limits,
      registry: this.#registry,
      uploads,
      clockDescription: config.clock,
      wall: this.#clock,
      reconnectGraceSeconds: config.reconnectGraceSeconds,
      onProgress: (event) => options.onEvent?.(event),
      onClockStarted: (event) => journal.append(event),
    });
    this.#app = createHttpApp({ models, uploads, describeRun: () => this.#status(), logger: this.#logger });
    this.#connections = new OpenConnections(this.#app.server);
    this.#sockets = createAgentServer(this.#app.server, limits);
    this.#serveSockets();
  }

  listen(): Promise<number> {
    return listen(this.#app, this.#config.host, this.#config.port);
  }

  interrupt(): void {
    this.#abort.abort();
  }

  /** Runs all rounds and releases everything, whatever happens. */
  async run(): Promise<RunSummary> {
    const { journal } = this.#resources;
    const startedAtSeconds = this.#clock.nowSeconds();
    try {
      this.#journalStart();
      await this.#runRounds();
      const reason = this.#signal.aborted ? "interrupted" : "completed";
      const summary = this.#summarize(startedAtSeconds);
      this.#phase = "finished";
      journal.append({ type: "run-finished", reason, summary });
      this.#sockets.emit("runFinished", { reason: `The run is over: ${reason}.` });
      return summary;
    } catch (thrown) {
      const detail = messageOf(thrown);
      this.#phase = "finished";
      this.#logger.error({ err: thrown }, "the run failed");
      journal.append({ type: "run-finished", reason: "failed", detail, summary: this.#summarize(startedAtSeconds) });
      this.#sockets.emit("runFinished", { reason: `The run failed: ${detail}`.slice(0, 2000) });
      throw thrown;
    } finally {
      await this.release();
    }
  }

  /** Closes sockets, server, journal and threads. What was emitted is sent before a connection ends. */
  async release(): Promise<void> {
    this.#abort.abort();
    this.#sockets.disconnectSockets(true);
    this.#sockets.engine.close();
    this.#app.server.closeIdleConnections();
    await this.#connections.drain(this.#clock, FAREWELL_SECONDS);
    await this.#app.close();
    await this.#resources.parts.close();
    await this.#resources.journal.close();
  }

  #journalStart(): void {
    const { journal, parts } = this.#resources;
    journal.append({
      type: "run-started",
      runName: this.#config.runName,
      probselectVersion: packageVersion(),
      config: this.#config,
      clock: this.#config.clock,
      parameterCount: parts.initialParameters.values.length,
      policyNeeds: parts.policy.needs,
    });
  }

  async #runRounds(): Promise<void> {
    const { journal, parts, globalModel } = this.#resources;
    const { rounds, minimumClients, slo, training, seed } = this.#config;
    const slots = new ClientSlots();
    const engine = { ...parts, slots, cohort: this.#cohort, slo, training, seed, globalModel, journal };
    await this.#waitForClients(minimumClients);
    this.#phase = "running";
    for (let round = 1; round <= rounds; round++) {
      await this.#waitForClients(1);
      if (this.#signal.aborted) return;
      this.#round = round;
      const startedAtSeconds = this.#clock.nowSeconds();
      const outcome = await runRound(round, engine, this.#signal);
      this.#outcomes.push(outcome);
      journal.append({ type: "round-finished", outcome, wallSeconds: this.#clock.nowSeconds() - startedAtSeconds });
    }
  }

  async #waitForClients(count: number): Promise<void> {
    const { waitForClientsSeconds } = this.#config;
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, this.#signal]);
    await Promise.race([this.#registry.waitFor(count, signal), this.#clock.wait(waitForClientsSeconds, signal)]);
    done.abort();
    const found = this.#registry.candidates().length;
    if (found >= count || this.#signal.aborted) return;
    throw new ProbSelectError(
      "server.too-few-clients",
      `${found} of at least ${count} clients were connected after ${waitForClientsSeconds} s. Start more agents ` +
        `(probselect client --server URL), or lower minimumClients or raise waitForClientsSeconds.`,
    );
  }

  #serveSockets(): void {
    const { journal } = this.#resources;
    this.#sockets.on("connection", (socket) =>
      serveAgent(socket, {
        registry: this.#registry,
        tasks: this.#cohort,
        welcome: (client) => welcomeTo(this.#config, client),
        onRegistered: ({ candidate, registration }) => {
          const { device: report, clientId, link, exampleCount, backend, emulated } = registration;
          const { labels, energy } = registration;
          const { parts } = this.#resources;
          const forecast = registrationForecast(parts.latencyModel, candidate, parts.workload, this.#config.slo);
          const facts = { report, device: candidate.device, link, exampleCount, backend, emulated };
          journal.append({ type: "client-registered", clientId, ...facts, labels, energy, ...forecast });
        },
        onDisconnected: (clientId, reason) => {
          // At the end of the run everybody is disconnected by the aggregator itself.
          if (this.#phase !== "finished") journal.append({ type: "client-disconnected", clientId, reason });
        },
        onRefused: (clientId, { code, reason }) => journal.append({ type: "message-refused", clientId, code, reason }),
      }),
    );
  }

  #status(): RunStatus {
    return describeRun({
      config: this.#config,
      phase: this.#phase,
      round: this.#round,
      model: this.#resources.globalModel.current,
      outcomes: this.#outcomes,
      registry: this.#registry,
    });
  }

  #summarize(startedAtSeconds: number): RunSummary {
    const { journal, globalModel } = this.#resources;
    return summarizeRun(this.#outcomes, {
      runName: this.#config.runName,
      wallSeconds: this.#clock.nowSeconds() - startedAtSeconds,
      journal: journal.path,
      modelFile: globalModel.current.path,
    });
  }
}
