// The aggregator: one HTTP and socket server around a run.

import type { FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import { messageOf } from "../foundation/errors.ts";
import { arithmetic, describeArithmetic } from "../models/arithmetic/arithmetic.ts";
import type { AggregatorOptions } from "./aggregator-options.ts";
import { type AgentServer, createAgentServer } from "./clients/agent-server.ts";
import { serveAgent } from "./clients/serve-agent.ts";
import type { ServerConfig } from "./config.ts";
import { createHttpApp } from "./http/http-app.ts";
import { listen } from "./http/listen.ts";
import { OpenConnections } from "./http/open-connections.ts";
import type { RunSummary } from "./journal/events.ts";
import { Run } from "./run.ts";
import { openRunResources, type RunResources } from "./run-resources.ts";
import { namingClaims } from "./security/claimed-sender.ts";
import { openSecurity, type Security } from "./security/security.ts";

/** How long the last messages may take to leave before connections are destroyed. */
const FAREWELL_SECONDS = 1;

export interface RunningAggregator {
  readonly url: string;
  readonly port: number;
  /** Sentences for whoever starts the run, e.g. where a model of the user's own starts from. */
  readonly notes: readonly string[];
  /** The run's summary, once everything is closed. Rejects if the run failed. */
  readonly finished: Promise<RunSummary>;
  /** Interrupts the run and waits until every socket, file and thread is closed. Never rejects. */
  close(): Promise<void>;
  /**
   * Stops for a restart: the round that runs gets so many seconds to end, agents keep their work and come back to the next start.
   * Never rejects.
   */
  drain(seconds: number): Promise<void>;
}

/**
 * Starts an aggregator and its run, or goes on with the run that lies in its folder.
 *
 * @throws {ProbSelectError} server.address-in-use, server.folder-in-use, server.other-run, server.nothing-to-resume,
 * server.unusable-certificate, or the code of a name in the configuration that nobody knows.
 */
export async function startAggregator(
  config: ServerConfig,
  options: AggregatorOptions = {},
): Promise<RunningAggregator> {
  let fail = (_error: Error): void => {};
  const listeners = { onRecord: options.onEvent, onFailure: (error: Error) => fail(error) };
  const logger = options.logger ?? pino({ level: "silent" });
  const onTlsFailure = (address: string | undefined, code: string) => logger.warn({ address, code }, "TLS refused");
  const security = await openSecurity(config.security, { clock: options.clock, onTlsFailure });
  for (const warning of security.warnings) logger.warn(warning);
  const resources = await openRunResources(config, options, listeners);
  const run = new Run(config, options, resources);
  fail = (error) => run.fail(error);
  const drain = async () => run.drain(config.liveness.drainSeconds, (await starting).finished);
  const stopRun = options.onStopRequested ?? (() => void drain());
  const aggregator = new Aggregator(run, resources, { logger, security, stopRun });
  const starting = run.hasRoundInFlight ? resumeAndListen(aggregator, run, config) : listenAndRun(aggregator, config);
  const { port, finished } = await starting;
  return {
    url: `${security.scheme}://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`,
    port,
    notes: resources.parts.notes ?? [],
    finished,
    async close() {
      run.interrupt();
      await finished.catch(() => {});
    },
    drain: (seconds) => run.drain(seconds, finished),
  };
}

interface Started {
  readonly port: number;
  readonly finished: Promise<RunSummary>;
}

async function listenAndRun(aggregator: Aggregator, config: ServerConfig): Promise<Started> {
  let port: number;
  try {
    port = await aggregator.listen(config);
  } catch (thrown) {
    await aggregator.release();
    throw thrown;
  }
  const finished = aggregator.run();
  // Whoever awaits `finished` sees the rejection; nobody has to.
  finished.catch(() => {});
  return { port, finished };
}

/** An agent that comes back at once, with an update in its hands, must not find an aggregator that does not know its task yet. */
async function resumeAndListen(aggregator: Aggregator, run: Run, config: ServerConfig): Promise<Started> {
  const finished = aggregator.run();
  const over = finished.then(
    () => true,
    () => true,
  );
  // A last round that needed nobody any more is over before anybody could come.
  if (await Promise.race([run.ready.then(() => false), over])) return { port: config.port, finished };
  try {
    return { port: await aggregator.listen(config), finished };
  } catch (thrown) {
    if (thrown instanceof Error) run.fail(thrown);
    await over;
    throw thrown;
  }
}

/** What agents are told, which leave then: unlike those of a drained aggregator they do not come back by themselves. */
const INTERRUPTED =
  "The run was interrupted: its aggregator stopped before the last round. This agent leaves; when the aggregator goes on with the run, " +
  "start it again with the same command.";

class Aggregator {
  readonly #run: Run;
  readonly #resources: RunResources;
  readonly #logger: Logger;
  readonly #app: FastifyInstance;
  readonly #connections: OpenConnections;
  readonly #sockets: AgentServer;

  constructor(
    run: Run,
    resources: RunResources,
    surroundings: { readonly logger: Logger; readonly security: Security; readonly stopRun: () => void },
  ) {
    const { logger, security } = surroundings;
    this.#run = run;
    this.#resources = resources;
    this.#logger = logger;
    const { models, uploads } = resources;
    this.#app = createHttpApp({ models, uploads, describeRun: () => run.status(), ...surroundings });
    this.#connections = new OpenConnections(this.#app.server);
    this.#sockets = createAgentServer(this.#app.server, run.limits);
    const { door } = run;
    this.#sockets.on("connection", (socket) => {
      serveAgent(socket, namingClaims(door, socket, resources.journal), security.gateOf(socket.request.socket));
    });
  }

  listen({ host, port }: ServerConfig): Promise<number> {
    return listen(this.#app, host, port);
  }

  /** Goes through the run, tells the agents of its end and releases everything, whatever happens. */
  async run(): Promise<RunSummary> {
    this.#logger.info({ arithmetic: arithmetic().name }, describeArithmetic());
    try {
      const summary = await this.#run.go();
      this.#farewell(this.#run.isComplete ? "The run is over: completed." : INTERRUPTED);
      return summary;
    } catch (thrown) {
      const detail = messageOf(thrown);
      this.#logger.error({ err: thrown }, "the run failed");
      this.#run.journalFailure(detail);
      this.#farewell(`The run failed: ${detail}`.slice(0, 2000));
      throw thrown;
    } finally {
      await this.release();
    }
  }

  /** Closes sockets, server, journal and threads. What was emitted is sent before a connection ends. */
  async release(): Promise<void> {
    this.#sockets.disconnectSockets(true);
    this.#sockets.engine.close();
    this.#app.server.closeIdleConnections();
    await this.#connections.drain(this.#run.clock, FAREWELL_SECONDS);
    await this.#app.close();
    await this.#resources.parts.close();
    // A journal that cannot be written has said so.
    await this.#resources.journal.close().catch(() => {});
    await this.#resources.lock.release();
  }

  /** Agents leave; where the run will go on they stay and come back by themselves. */
  #farewell(reason: string): void {
    if (!this.#run.isStoppedForRestart) this.#sockets.emit("runFinished", { reason });
  }
}
