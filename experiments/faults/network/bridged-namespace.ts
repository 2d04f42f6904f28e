// A network namespace for the aggregator, joined to this process' by a bridge in a second one. Taking a port off the bridge is a
// partition: both ends keep their carrier and their addresses, and packets vanish. Linux, as root.
//
//   this namespace [veth] ── [port] bridge namespace [port] ── [veth] namespace of the aggregator

import { execFileSync } from "node:child_process";
import type { Partition } from "./partition.ts";

export interface BridgedNamespace extends Partition {
  /** Address of the aggregator. */
  readonly host: string;
  /** Command through which a process is started in there. */
  readonly through: readonly string[];
}

/** Whether this process may make network namespaces. */
export function canMakeNamespaces(): boolean {
  const name = `ps-probe-${process.pid}`;
  try {
    ip(`netns add ${name}`);
    ip(`netns del ${name}`);
    return true;
  } catch {
    return false;
  }
}

/** @param number of this namespace among those of this process at a time, 0 to 255; it gives names and addresses. */
export function bridgedNamespace(number: number): BridgedNamespace {
  const id = `${(process.pid % 100_000).toString(36)}${number.toString(36)}`;
  const [bridge, far] = [`ps-bridge-${id}`, `ps-far-${id}`];
  const subnet = `10.213.${number % 256}`;
  const names = { near: `psn${id}`, nearPort: `psp${id}`, farEnd: `psf${id}`, farPort: `psq${id}` };
  const commands = [
    `netns add ${bridge}`,
    `netns add ${far}`,
    `link add ${names.near} type veth peer name ${names.nearPort} netns ${bridge}`,
    `-n ${bridge} link add ${names.farPort} type veth peer name ${names.farEnd} netns ${far}`,
    `-n ${bridge} link add bridge0 type bridge`,
    `-n ${bridge} link set ${names.nearPort} master bridge0 up`,
    `-n ${bridge} link set ${names.farPort} master bridge0 up`,
    `-n ${bridge} link set bridge0 up`,
    `addr add ${subnet}.1/30 dev ${names.near}`,
    `link set ${names.near} up`,
    `-n ${far} addr add ${subnet}.2/30 dev ${names.farEnd}`,
    `-n ${far} link set ${names.farEnd} up`,
    `-n ${far} link set lo up`,
  ];
  const remove = () => {
    for (const name of [bridge, far]) quietly(`netns del ${name}`);
    quietly(`link del ${names.near}`);
  };
  try {
    for (const command of commands) ip(command);
  } catch (thrown) {
    remove();
    throw thrown;
  }
  return {
    host: `${subnet}.2`,
    through: ["ip", "netns", "exec", far],
    cut: () => ip(`-n ${bridge} link set ${names.nearPort} nomaster`),
    heal: () => ip(`-n ${bridge} link set ${names.nearPort} master bridge0`),
    async close() {
      remove();
    },
  };
}

function ip(command: string): void {
  execFileSync("ip", command.split(" "), { stdio: ["ignore", "ignore", "pipe"] });
}

function quietly(command: string): void {
  try {
    ip(command);
  } catch {
    // It is not there: nothing is left to be removed.
  }
}
