// HTTP requests as bytes: every route with mutated methods, paths, headers and bodies, and bytes that are no HTTP at all.

import { createHash } from "node:crypto";
import type { RandomSource } from "../../../foundation/random-source.ts";
import { between, chance, pick, randomBytes } from "./draw.ts";
import { hostileTexts, wellFormed } from "./hostile-values.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutateText } from "./mutate-value.ts";

/** What the sender knows of the run's HTTP side: a client's own token, which is good for its own task alone. */
export interface HttpKnowledge {
  readonly modelSha256: string;
  readonly modelBytes: number;
  /** A task whose token the sender has, and one whose token it has not. */
  readonly ownUpload: { readonly path: string; readonly token: string; readonly byteLength: number };
  readonly foreignPath: string;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

const methods = [
  "GET",
  "HEAD",
  "PUT",
  "POST",
  "DELETE",
  "PATCH",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "get",
  "G\u0000T",
  "X".repeat(300),
  "",
];
const paths = [
  "/",
  "/v1",
  "/v1/",
  "//v1/health",
  "/v1/models/",
  "/v1/models/..",
  "/v1/models/%2e%2e%2fjournal.ndjson",
  "/v1/models/%00",
];
const strangePaths = [
  ...[
    "/v1/updates/x/parts/-1",
    "/v1/updates/x/parts/1e9",
    "/v1/updates/%ff%fe/parts/0",
    "/v1/updates//parts/",
    "/socket.io/",
  ],
  ...[
    "/socket.io/?EIO=4&transport=polling",
    "/socket.io/?EIO=3&transport=websocket",
    "/socket.io/?EIO=4&transport=__proto__",
  ],
  ...[
    "/socket.io/?EIO=4&transport=websocket&sid=__proto__",
    "*",
    "http://example.org/v1/health",
    "/v1/health?x=%",
    "/%",
    `/${"a".repeat(20_000)}`,
  ],
];

/** Bytes for the aggregator's port. */
export function hostileRequest(random: RandomSource, known: HttpKnowledge): Buffer {
  if (chance(random, 0.1)) return notHttp(random);
  const bytes = serialize(mutateRequest(validRequest(random, known), random, known));
  return chance(random, 0.15) ? mutateBytes(bytes, random) : bytes;
}

function validRequest(random: RandomSource, known: HttpKnowledge): Request {
  const get = (path: string, headers: Request["headers"] = []): Request => ({
    method: "GET",
    path,
    headers,
    body: Buffer.alloc(0),
  });
  const { path, token, byteLength } = known.ownUpload;
  const body = randomBytes(random, byteLength);
  const sha256 = createHash("sha256").update(body).digest("hex");
  const authorization = ["authorization", `Bearer ${token}`] as const;
  const hash = [chance(random, 0.5) ? "x-content-sha256" : "x-prefix-sha256", sha256] as const;
  return pick<() => Request>(random, [
    () => get("/v1/health"),
    () => get("/v1/ready"),
    () => get("/v1/run"),
    () => get(`/v1/models/${known.modelSha256}`, [["range", rangeOf(random, known.modelBytes)]]),
    () =>
      get(`/v1/models/${known.modelSha256}`, [
        ["if-range", `"${known.modelSha256}"`],
        ["range", "bytes=1-2"],
      ]),
    () => get(path, [authorization, ["x-update-sha256", sha256]]),
    () => get(known.foreignPath, [authorization]),
    () => ({
      method: "PUT",
      path: `${path}/parts/0`,
      headers: [authorization, hash, ["content-length", String(byteLength)]],
      body,
    }),
    () => ({
      method: "PUT",
      path: `${known.foreignPath}/parts/0`,
      headers: [authorization, hash, ["content-length", String(byteLength)]],
      body,
    }),
  ])();
}

function rangeOf(random: RandomSource, byteLength: number): string {
  const [a, b] = [between(random, 0, byteLength + 2), between(random, 0, byteLength + 2)];
  const ranges = [
    `${a}-${b}`,
    `${a}-`,
    `-${b}`,
    "-",
    "0-0,1-1",
    "9".repeat(15),
    `${"9".repeat(400)}-`,
    "-0",
    "a-b",
    "0x1-",
    "1e3-2e3",
  ];
  return `${pick(random, ["bytes=", "bytes =", "items=", "BYTES=", ""])}${pick(random, ranges)}`;
}

function mutateRequest(request: Request, random: RandomSource, known: HttpKnowledge): Request {
  switch (between(random, 0, 7)) {
    case 0:
      return { ...request, method: pick(random, methods) };
    case 1:
      return { ...request, path: pick(random, [...paths, ...strangePaths]) };
    case 2:
      return { ...request, path: encodeURI(wellFormed(mutateText(request.path, random))).slice(0, 30_000) };
    case 3:
      return {
        ...request,
        body: randomBytes(
          random,
          pick(random, [0, 1, known.ownUpload.byteLength - 1, known.ownUpload.byteLength + 1, 5000]),
        ),
      };
    case 4:
    case 5:
      return { ...request, headers: [...request.headers, strangeHeader(random)] };
    case 6:
      return {
        ...request,
        headers: request.headers.map(([name, value]) => [
          name,
          chance(random, 0.5) ? value : mutateText(value, random),
        ]),
      };
    default:
      return request;
  }
}

function strangeHeader(random: RandomSource): readonly [string, string] {
  const anything = pick(random, hostileTexts);
  return pick(random, [
    ["content-length", pick(random, ["0", "-1", "1", "99999999999", "1e3", "0x10", "NaN", " 5", "5, 5"])],
    ["transfer-encoding", pick(random, ["chunked", "identity", "chunked, chunked", "gzip, chunked", "xchunked"])],
    ["expect", pick(random, ["100-continue", "200-ok"])],
    ["content-type", pick(random, ["application/json", "text/plain", "multipart/form-data", "x", anything])],
    ["content-encoding", pick(random, ["gzip", "br"])],
    [
      "authorization",
      pick(random, ["Bearer", "Bearer ", "Basic eDp4", `Bearer ${"t".repeat(5000)}`, "bearer x y", anything]),
    ],
    ["range", rangeOf(random, 100)],
    ["if-range", pick(random, ['"x"', "*", "W/", "Mon, 01 Jan 2024 00:00:00 GMT", anything])],
    ["if-none-match", pick(random, ["*", '"a","b"', 'W/"x"', anything])],
    ["x-content-sha256", pick(random, ["0".repeat(64), "F".repeat(64), "x", "", anything])],
    ["x-prefix-sha256", pick(random, ["0".repeat(64), "", anything])],
    ["x-update-sha256", pick(random, ["0".repeat(64), "1".repeat(64), anything])],
    ["upgrade", pick(random, ["websocket", "h2c", "x"])],
    ["connection", pick(random, ["upgrade", "close, upgrade", "keep-alive", "te"])],
    ["sec-websocket-key", pick(random, ["x", "dGhlIHNhbXBsZSBub25jZQ==", ""])],
    ["host", pick(random, ["", "evil.example", "a:b:c", "[::1"])],
    ["__proto__", "x"],
    ["x".repeat(200), "y".repeat(20_000)],
  ] as const);
}

function serialize({ method, path, headers, body }: Request): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "connection: close",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8"), body]);
}

/** Request lines and headers that no parser should take, and chunked bodies that lie. */
function notHttp(random: RandomSource): Buffer {
  const chunked = (body: string) =>
    `PUT /v1/updates/x/parts/0 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${body}`;
  return Buffer.from(
    pick<() => string | Uint8Array>(random, [
      () => randomBytes(random, between(random, 1, 300)),
      () => "GET /v1/health HTTP/9.9\r\n\r\n",
      () => "GET /v1/health\r\n\r\n",
      () => "GET /v1/health HTTP/1.1\n\n",
      () => "GET /v1/health HTTP/1.1\r\nhost x\r\n\r\n",
      () => "GET /v1/health HTTP/1.1\r\n folded: x\r\n\r\n",
      () => "GET /v1/health HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
      () => "GET /v1/health HTTP/1.1\r\n\r\n".repeat(between(random, 2, 30)),
      () => `GET /v1/health HTTP/1.1\r\n${"a: b\r\n".repeat(pick(random, [100, 3000]))}\r\n`,
      () => chunked("ffffffffffffffff\r\nx"),
      () => chunked("-1\r\nx\r\n0\r\n\r\n"),
      () => chunked("5;ext\r\nhello\r\n0\r\ntrailer: x\r\n\r\n"),
      () =>
        "POST /v1/run HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/run HTTP/1.1\r\n\r\n",
      () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      () => Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3),
    ])(),
  );
}
