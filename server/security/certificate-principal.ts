// What a verified client certificate says: OU is the role (agent if none is named), CN the client's id or a pattern of ids.

import type { Socket } from "node:net";
import type { PeerCertificate } from "node:tls";
import { TLSSocket } from "node:tls";
import { type Principal, roles } from "./principal.ts";

export interface CertificatePrincipal extends Principal {
  /** The ids under which an agent with this certificate may register; undefined: none. */
  readonly clientPattern: string | undefined;
}

/** @returns undefined on a connection without TLS or without a certificate that the authority signed. */
export function certificatePrincipal(socket: Socket): CertificatePrincipal | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate: Partial<PeerCertificate> | null = socket.getPeerCertificate();
  const { subject } = certificate ?? {};
  if (!subject) return undefined;
  const units = valuesOf(subject.OU);
  const [clientPattern] = valuesOf(subject.CN);
  return {
    name: `certificate ${(clientPattern ?? "without a common name").slice(0, 100)}`,
    role: roles.find((role) => units.includes(role)) ?? "agent",
    clientPattern,
  };
}

/** Node gives a list where a field occurs more than once. */
function valuesOf(field: string | readonly string[] | undefined): readonly string[] {
  return field === undefined ? [] : [field].flat();
}
