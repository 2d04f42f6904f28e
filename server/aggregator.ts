// The aggregator: one HTTP and socket server, its stores and its journal, and the run that goes over them round by round.

import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import { Server as SocketServer } from "socket.io";
import { type Clock, wallClock } from "../foundation/clock.ts";
import { messageOf, ProbSelectError } from "../foundation/errors.ts";
import { decodeParameterFile, encodeParameterFile } from "../models/parameter-file.ts";
import {
  type AgentToAggregatorEvents,
  type AggregatorToAgentEvents,
  MAXIMUM_MESSAGE_BYTES,
  PROTOCOL_VERSION,
  type RegisterReply,
} from "../protocol/messages.ts";
import { socketParser } from "../protocol/socket-parser.ts";
import { modelPath } from "../protocol/transfer.ts";
import { ClientRegistry, type RegisteredClient } from "./clients/client-registry.ts";
import { serveAgent } from "./clients/serve-agent.ts";
import type { ServerConfig } from "./config.ts";
import { describeDevice } from "./describe-device.ts";
import { createHttpApp } from "./http/http-app.ts";
import { listen } from "./http/listen.ts";
import { OpenConnections } from "./http/open-connections.ts";
import type { RunStatus } from "./http/run-status.ts";
import type { AggregatorEvent, RunSummary } from "./journal/events.ts";
import { Journal } from "./journal/journal.ts";
import { ModelStore } from "./models/model-store.ts";
import { packageVersion } from "./package-version.ts";
import { prepareRun } from "./prepare-run.ts";
import { type GlobalModel, runRound } from "./rounds/round-engine.ts";
import { SocketCohort } from "./rounds/socket-cohort.ts";
import type { RoundOutcome, StoredModel } from "./rounds/types.ts";
import type { RunParts } from "./run-parts.ts";
import { summarizeRun } from "./run-summary.ts";
import { UploadStore } from "./uploads/upload-store.ts";

/** How patient the aggregator is, in wall seconds, and how updates are cut. */
export interface AggregatorLimits {
  /** For the acknowledgement of a `train` or `cancel` message. */
  readonly acknowledgeSeconds: number;
  /** For how long an emulated clock is held for agents that still train. */
  readonly longestHoldSeconds: number;
  /** Between the heartbeats of a connection, and for the answer to one. */
  readonly heartbeatSeconds: number;
  readonly heartbeatPatienceSeconds: number;
  readonly partBytes: number;
}

/** How long the last messages may take to leave before connections are destroyed. */
const FAREWELL_SECONDS = 1;

const defaultLimits: AggregatorLimits = {
  acknowledgeSeconds: 15,
  longestHoldSeconds: 600,
  heartbeatSeconds: 5,
  // An agent on a crowded machine may be slow to answer; a process that died closes its connection at once.
  heartbeatPatienceSeconds: 20,
  partBytes: 4 * 1024 * 1024,
};

export interface AggregatorOptions {
  /** Interrupts the run; it then finishes with what it has. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  /** Told of each journal record and of the clients' progress. */
  readonly onEvent?: ((event: AggregatorEvent) => void) | undefined;
  readonly logger?: Logger | undefined;
  readonly limits?: Partial<AggregatorLimits> | undefined;
  /** Parts of your own (a model that is not in the zoo, a policy) instead of those that the configuration names. */
  readonly parts?: RunParts | undefined;
}

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
  const aggregator = await Aggregator.create(config, options);
  try {
    const port = await aggregator.listen();
    const finished = aggregator.run();
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
  } catch (thrown) {
    await aggregator.release();
    throw thrown;
  }
}

type AgentServer = SocketServer<AgentToAggregatorEvents, AggregatorToAgentEvents>;

interface Resources {
  readonly parts: RunParts;
  readonly journal: Journal;
  readonly models: ModelStore;
  readonly uploads: UploadStore;
}

class Aggregator {
  readonly #config: ServerConfig;
  readonly #resources: Resources;
  readonly #limits: AggregatorLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #registry: ClientRegistry;
  readonly #cohort: SocketCohort;
  readonly #app: FastifyInstance;
  readonly #connections: OpenConnections;
  readonly #sockets: AgentServer;
  readonly #rounds: RoundOutcome[] = [];
  #phase: RunStatus["phase"] = "waiting-for-clients";
  #round = 0;

  static async create(config: ServerConfig, options: AggregatorOptions): Promise<Aggregator> {
    const parts = options.parts ?? (await prepareRun(config));
    try {
      const folder = config.outputDirectory;
      const models = await ModelStore.open(join(folder, "models"));
      await models.save(0, encodeParameterFile(parts.initialParameters));
      const uploads = await UploadStore.open(join(folder, "spool"));
      const journal = await Journal.create(join(folder, "journal.ndjson"), options.onEvent);
      return new Aggregator(config, options, { parts, journal, models, uploads });
    } catch (thrown) {
      await parts.close();
      throw thrown;
    }
  }

  private constructor(config: ServerConfig, options: AggregatorOptions, resources: Resources) {
    this.#config = config;
    this.#resources = resources;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#clock = options.clock ?? wallClock;
    this.#logger = options.logger ?? pino({ level: "silent" });
    this.#signal = options.signal ? AbortSignal.any([options.signal, this.#abort.signal]) : this.#abort.signal;
    const { parts, journal, models, uploads } = resources;
    this.#registry = new ClientRegistry({
      resolveDevice: parts.resolveDevice,
      isClockEmulated: config.clock.kind === "emulated",
    });
    this.#cohort = new SocketCohort({
      ...this.#limits,
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
    this.#sockets = new SocketServer(this.#app.server, {
      parser: socketParser,
      transports: ["websocket"],
      serveClient: false,
      maxHttpBufferSize: MAXIMUM_MESSAGE_BYTES,
      pingInterval: this.#limits.heartbeatSeconds * 1000,
      pingTimeout: this.#limits.heartbeatPatienceSeconds * 1000,
      connectTimeout: 10_000,
    });
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
    const { journal, parts } = this.#resources;
    const startedAtSeconds = this.#clock.nowSeconds();
    const { runName, clock } = this.#config;
    const parameterCount = parts.initialParameters.values.length;
    const summarize = () => this.#summarize(this.#clock.nowSeconds() - startedAtSeconds);
    try {
      journal.append({
        type: "run-started",
        runName,
        probselectVersion: packageVersion(),
        config: this.#config,
        clock,
        parameterCount,
      });
      await this.#runRounds();
      this.#phase = "finished";
      const reason = this.#signal.aborted ? "interrupted" : "completed";
      const summary = summarize();
      journal.append({ type: "run-finished", reason, summary });
      this.#sockets.emit("runFinished", { reason: `The run is over: ${reason}.` });
      return summary;
    } catch (thrown) {
      this.#phase = "finished";
      this.#logger.error({ err: thrown }, "the run failed");
      journal.append({ type: "run-finished", reason: "failed", detail: messageOf(thrown), summary: summarize() });
      this.#sockets.emit("runFinished", { reason: `The run failed: ${messageOf(thrown)}`.slice(0, 2000) });
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

  async #runRounds(): Promise<void> {
    const { journal, parts } = this.#resources;
    await this.#waitForClients(this.#config.minimumClients);
    this.#phase = "running";
    const engine = {
      ...parts,
      cohort: this.#cohort,
      slo: this.#config.slo,
      training: this.#config.training,
      seed: this.#config.seed,
      globalModel: this.#globalModel(),
      journal,
    };
    for (let round = 1; round <= this.#config.rounds && !this.#signal.aborted; round++) {
      await this.#waitForClients(1);
      if (this.#signal.aborted) return;
      this.#round = round;
      const startedAtSeconds = this.#clock.nowSeconds();
      const outcome = await runRound(round, engine, this.#signal);
      this.#rounds.push(outcome);
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

  #globalModel(): GlobalModel {
    const { models } = this.#resources;
    const current = () => {
      if (!models.current) throw new Error("no model was saved before the first round");
      return models.current;
    };
    return {
      get current(): StoredModel {
        return current();
      },
      read: () => models.read(current().sha256).then(decodeParameterFile),
      replace: (modelVersion, parameters) => models.save(modelVersion, encodeParameterFile(parameters)),
    };
  }

  #serveSockets(): void {
    const { journal } = this.#resources;
    this.#sockets.on("connection", (socket) =>
      serveAgent(socket, {
        registry: this.#registry,
        tasks: this.#cohort,
        welcome: (client) => this.#welcome(client),
        onRegistered: ({ candidate, registration }) => {
          const { clientId, device: report, link, exampleCount, backend, emulated } = registration;
          const { device } = candidate;
          journal.append({
            type: "client-registered",
            clientId,
            report,
            device,
            link,
            exampleCount,
            backend,
            emulated,
          });
        },
        onDisconnected: (clientId, reason) => {
          // At the end of the run everybody is disconnected by the aggregator itself.
          if (this.#phase !== "finished") journal.append({ type: "client-disconnected", clientId, reason });
        },
        onRefused: (clientId, { code, reason }) => journal.append({ type: "message-refused", clientId, code, reason }),
      }),
    );
  }

  #welcome({ candidate }: RegisteredClient): RegisterReply {
    const { runName, model, rounds, clock } = this.#config;
    return {
      accepted: true,
      protocolVersion: PROTOCOL_VERSION,
      runName,
      modelName: model,
      roundCount: rounds,
      clock,
      deviceSummary: describeDevice(candidate.device),
    };
  }

  #status(): RunStatus {
    const { runName, model, rounds } = this.#config;
    const current = this.#resources.models.current;
    return {
      runName,
      modelName: model,
      phase: this.#phase,
      round: this.#round,
      roundCount: rounds,
      modelVersion: current?.modelVersion ?? 0,
      model: current
        ? { path: modelPath(current.sha256), sha256: current.sha256, byteLength: current.byteLength }
        : null,
      lastEvaluation: this.#rounds.findLast(({ evaluation }) => evaluation !== null)?.evaluation ?? null,
      clients: this.#registry.clients().map(({ candidate, registration, connected }) => ({
        clientId: candidate.clientId,
        device: registration.device.name,
        backend: registration.backend,
        connected,
        exampleCount: candidate.exampleCount,
      })),
    };
  }

  #summarize(wallSeconds: number): RunSummary {
    const { journal, models } = this.#resources;
    const modelFile = models.current?.path ?? null;
    return summarizeRun(this.#rounds, { runName: this.#config.runName, wallSeconds, journal: journal.path, modelFile });
  }
}
