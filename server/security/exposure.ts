// What an operator should know of a configuration before strangers do.

import { isLoopback } from "../../foundation/loopback.ts";
import { isGuarded, type SecurityConfig } from "./security-config.ts";

/**
 * Sentences on a server that can be reached from other machines and is not protected; empty when all is well.
 *
 * @example exposureWarnings("127.0.0.1", openConfig) // []
 */
export function exposureWarnings(host: string, security: SecurityConfig): readonly string[] {
  if (isLoopback(host)) return [];
  const stranger = isGuarded(security)
    ? []
    : [
        `Whoever reaches ${host} can take part in the run, see it and download its models: there are no credentials. ` +
          'Set security.enrolment to "token", or require client certificates (docs/security.md).',
      ];
  const clear = security.tls
    ? []
    : [
        `Everything on ${host} travels unencrypted: models, updates, tokens. Set security.tls, or put a proxy with TLS in front ` +
          "(docs/security.md).",
      ];
  return [...stranger, ...clear];
}
