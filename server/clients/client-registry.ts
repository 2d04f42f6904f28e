// Who takes part in the run: the registered clients, what selection may know of them, and the socket that reaches each.

import { EventEmitter } from "node:events";
import type { Socket } from "socket.io";
import type { AgentToAggregatorEvents, AggregatorToAgentEvents, Register } from "../../protocol/messages.ts";
import { type Refusal, refuse } from "../../protocol/parse-message.ts";
import type { BackendOption } from "../../selection/governor/estimate-backend.ts";
import type { Candidate, DeviceReport, ResolvedDevice } from "../../selection/types.ts";

/** One agent's connection. */
export type AgentSocket = Socket<AgentToAggregatorEvents, AggregatorToAgentEvents>;

/** A back-end that a client offers, and what it reports of the device that then computes. */
export interface RegisteredBackend extends BackendOption {
  readonly report: DeviceReport;
}

export interface RegisteredClient {
  /** With the back-end and the device that it trains with now. */
  readonly candidate: Candidate;
  /** All that it can train with, its own preference first. */
  readonly backends: readonly RegisteredBackend[];
  readonly registration: Register;
}

interface Entry extends RegisteredClient {
  readonly socket: AgentSocket;
}

export interface ClientRegistryOptions {
  /** What the aggregator makes of a device report. */
  readonly resolveDevice: (report: DeviceReport) => ResolvedDevice;
  /** Whether the run's clock is emulated; then only emulating agents may take part. */
  readonly isClockEmulated: boolean;
}

/** What an emulated GPU stands for: its step times follow measurements of TensorFlow (docs/emulation.md), whatever trains beneath. */
const EMULATED_BACKEND = "tensorflow-cuda";

/** Emits `registered` (by `announce`) and `disconnected`, with the client's id, after its own state has changed. */
export class ClientRegistry {
  readonly events = new EventEmitter<{ registered: [clientId: string]; disconnected: [clientId: string] }>();
  readonly #options: ClientRegistryOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: ClientRegistryOptions) {
    this.#options = options;
    this.events.setMaxListeners(0);
  }

  /**
   * The clients that can be reached now, in the order of their names: a seeded draw among them must not depend on who was
   * first to register.
   */
  candidates(): readonly Candidate[] {
    return [...this.#entries.values()]
      .filter(({ socket }) => socket.connected)
      .map(({ candidate }) => candidate)
      .sort((first, second) => (first.clientId < second.clientId ? -1 : 1));
  }

  /** Every client that ever registered. */
  clients(): readonly (RegisteredClient & { readonly connected: boolean })[] {
    return [...this.#entries.values()].map((entry) => ({ ...entry, connected: entry.socket.connected }));
  }

  find(clientId: string): RegisteredClient | undefined {
    return this.#entries.get(clientId);
  }

  /** From now on the client counts as one that trains with that one of its back-ends. */
  trainWith(clientId: string, backend: string): void {
    const entry = this.#entries.get(clientId);
    const chosen = entry?.backends.find((option) => option.backend === backend);
    if (!entry || !chosen) return;
    this.#entries.set(clientId, { ...entry, candidate: { ...entry.candidate, backend, device: chosen.device } });
  }

  /** The client's live socket. */
  socketOf(clientId: string): AgentSocket | undefined {
    const socket = this.#entries.get(clientId)?.socket;
    return socket?.connected ? socket : undefined;
  }

  /**
   * Admits a client. While an older connection of the same id seems alive, waits for its next heartbeat: a newcomer is
   * refused only if the older one answers, and replaces it if it turns out dead (at the latest after the ping timeout).
   */
  async register(socket: AgentSocket, message: Register): Promise<RegisteredClient | Refusal> {
    const { clientId } = message;
    if (this.#options.isClockEmulated && !message.emulated) {
      return refuse(
        "server.emulation-required",
        "This run is on an emulated clock, so every agent must emulate a device. Start the agent with --emulate NAME, or the " +
          'server with clock {"kind": "wall"}.',
      );
    }
    for (let older = this.socketOf(clientId); older; older = this.socketOf(clientId)) {
      if (older === socket)
        return refuse("server.already-registered", `This connection registered "${clientId}" before.`);
      if (await showsLife(older)) {
        return refuse(
          "server.duplicate-client",
          `A client named "${clientId}" is connected already. Give each agent its own --id.`,
        );
      }
    }
    if (!socket.connected)
      return refuse("server.not-connected", "The connection ended before the client was registered.");
    return this.#admit(socket, message);
  }

  #admit(socket: AgentSocket, registration: Register): RegisteredClient {
    const { clientId, device, link, exampleCount, emulated, labels, energy } = registration;
    const preferred = { backend: emulated ? EMULATED_BACKEND : registration.backend, device };
    const backends = [preferred, ...((!emulated && registration.otherBackends) || [])].map((offered) => {
      const { backend, device: report } = offered;
      return { backend, report, device: this.#options.resolveDevice(report) };
    });
    const [{ backend, device: resolved }] = backends as [RegisteredBackend];
    const candidate: Candidate = { clientId, device: resolved, backend, link, exampleCount, labels, energy };
    const entry: Entry = { candidate, backends, registration, socket };
    this.#entries.set(clientId, entry);
    socket.once("disconnect", () => {
      if (this.#entries.get(clientId)?.socket === socket) this.events.emit("disconnected", clientId);
    });
    return entry;
  }

  /** Tells the listeners that a client is there; called once it has been told itself. */
  announce(clientId: string): void {
    this.events.emit("registered", clientId);
  }

  /** Resolves when `count` clients are connected, or at once when `signal` aborts. */
  waitFor(count: number, signal: AbortSignal): Promise<void> {
    return this.#waitUntil(() => this.candidates().length >= count, signal);
  }

  /** Resolves when all of these are connected, or at once when `signal` aborts. */
  waitForAll(clientIds: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    return this.#waitUntil(() => [...clientIds].every((clientId) => this.socketOf(clientId) !== undefined), signal);
  }

  async #waitUntil(isTrue: () => boolean, signal: AbortSignal): Promise<void> {
    if (isTrue() || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!isTrue() && !signal.aborted) return;
        this.events.off("registered", check);
        signal.removeEventListener("abort", check);
        resolve();
      };
      this.events.on("registered", check);
      signal.addEventListener("abort", check);
    });
  }
}

/** Waits for the connection's next sign: true for a heartbeat, false for its end. */
function showsLife(socket: AgentSocket): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (alive: boolean) => () => {
      socket.conn.off("heartbeat", onHeartbeat);
      socket.off("disconnect", onDisconnect);
      resolve(alive);
    };
    const onHeartbeat = settle(true);
    const onDisconnect = settle(false);
    socket.conn.on("heartbeat", onHeartbeat);
    socket.on("disconnect", onDisconnect);
  });
}
