// The door of every HTTP route: rates, credentials, roles. A route states what it gives (`config: { access }`); one that states nothing
// is for those who may view, so that a forgotten word never opens one.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../foundation/clock.ts";
import { refuseRequest } from "../http/refuse-request.ts";
import { certificatePrincipal } from "./certificate-principal.ts";
import type { TokenStore } from "./credentials/token-store.ts";
import { AddressBuckets, minuteShare, type TokenBucket } from "./limits/token-bucket.ts";
import { type Access, may, type Principal, type Role, roles } from "./principal.ts";
import type { SecurityConfig } from "./security-config.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route gives; default "view". */
    readonly access?: Access;
  }
}

export interface RouteGuardOptions {
  /** Whether anybody may view and download; stopping a run always needs an operator. */
  readonly isOpen: boolean;
  readonly tokens: TokenStore;
  readonly limits: SecurityConfig["limits"];
  readonly clock: Clock;
  /** Wrong credentials, of all doors together. */
  readonly failures: AddressBuckets;
}

/** Whether a task's token allows what is asked: the download of that task's model. */
export type TaskPass = (request: FastifyRequest, token: string) => boolean;

interface Denial {
  readonly status: 401 | 403 | 429;
  readonly code: string;
  readonly reason: string;
  readonly retryAfterSeconds?: number;
}

/** Guards every route of `app`, those included that are added later. */
export function guardRoutes(app: FastifyInstance, options: RouteGuardOptions, passesByTask: TaskPass): void {
  const requests = new AddressBuckets(minuteShare(options.limits.requestsPerMinute), options.clock);
  app.addHook("onRequest", async (request, reply) => {
    const bucket = requests.of(request.socket.remoteAddress);
    const denial = bucket.take() ? await denialOf(request, options, passesByTask) : tooMany("requests", bucket);
    if (denial) await deny(request, reply, denial);
  });
}

async function denialOf(
  request: FastifyRequest,
  options: RouteGuardOptions,
  passesByTask: TaskPass,
): Promise<Denial | undefined> {
  if (request.is404) return undefined;
  const access = request.routeOptions.config.access ?? "view";
  if (access === "public" || access === "task" || (options.isOpen && access !== "control")) return undefined;
  const token = bearerToken(request);
  if (access === "download" && passesByTask(request, token)) return undefined;
  const principal = token === "" ? certificatePrincipal(request.socket) : await tokenPrincipal(request, token, options);
  if (principal === undefined) {
    const reason = `This needs a credential of the role ${rolesFor(access)}: the header "authorization: Bearer TOKEN", or a client certificate.`;
    return { status: 401, code: "server.credential-required", reason };
  }
  if ("status" in principal) return principal;
  if (may(principal.role, access)) return undefined;
  const reason = `The ${principal.name} has the role ${principal.role}; this needs ${rolesFor(access)}.`;
  return { status: 403, code: "server.role-forbidden", reason };
}

async function tokenPrincipal(
  request: FastifyRequest,
  text: string,
  { tokens, failures }: RouteGuardOptions,
): Promise<Principal | Denial> {
  const bucket = failures.of(request.socket.remoteAddress);
  if (!bucket.hasAny) return tooMany("wrong credentials", bucket);
  const check = await tokens.check(text, new Date());
  if (check.kind === "valid") return { name: `token ${check.token.id}`, role: check.token.role };
  bucket.take();
  return { status: 401, code: check.code, reason: check.reason };
}

function tooMany(what: string, bucket: TokenBucket): Denial {
  const retryAfterSeconds = Math.max(1, Math.ceil(bucket.secondsUntilNext));
  const reason = `Too many ${what} from this address. Come back in ${retryAfterSeconds} s.`;
  return { status: 429, code: "server.too-many-requests", reason, retryAfterSeconds };
}

function deny(request: FastifyRequest, reply: FastifyReply, denial: Denial): FastifyReply {
  const { status, code, reason, retryAfterSeconds } = denial;
  if (status === 401) reply.header("www-authenticate", "Bearer");
  if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
  // A body is not read: the connection cannot be used for another request.
  if (request.method !== "GET" && request.method !== "HEAD") reply.header("connection", "close");
  return refuseRequest(reply, status, code, reason);
}

function rolesFor(access: Access): string {
  return roles.filter((role: Role) => may(role, access)).join(" or ");
}

/** The token of the authorization header; empty if there is none. */
export function bearerToken(request: FastifyRequest): string {
  return /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
}
