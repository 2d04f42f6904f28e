// Preloaded into a process of a test: from then on, nothing that the process imports may load a file system, a socket, a thread or
// a tensor library.

import { register } from "node:module";

const impure =
  /^(node:(fs|net|http|https|worker_threads|child_process|os)(\/.*)?|@tensorflow\/.*|socket\.io.*|fastify|pino)$/;

/** Node's hook of module resolution; the loader's own imports have no parent that is a file. */
export async function resolve(specifier, context, next) {
  if (impure.test(specifier) && context.parentURL?.startsWith("file:")) {
    throw new Error(`${context.parentURL} loads ${specifier}`);
  }
  return next(specifier, context);
}

// The hooks run in a thread of their own, which loads this file a second time.
if (!process.env.HOOKS_REGISTERED) {
  process.env.HOOKS_REGISTERED = "1";
  register(import.meta.url);
}
