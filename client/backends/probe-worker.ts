// Tries one back-end, in a process of its own: a driver that crashes takes nobody with it.

import { openBackgroundPort } from "../../background/background-port.ts";
import { type BackendName, type BackendReport, reportBackend } from "../../models/tensorflow/backend.ts";

const port = await openBackgroundPort<BackendName, never, BackendReport>();
port.send(await reportBackend(port.setup));
