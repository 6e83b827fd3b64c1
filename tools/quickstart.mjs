// One command from a fresh checkout to a model that answers: installs, builds, gets a llama-server and a
// tiny model, starts the server and drives one instance over REST. See `npm run quickstart -- --help`.
import { requireNode } from './run/require-node.mjs';

requireNode();
// Only now: an old Node could not even load the rest.
await import('./quickstart/main.mjs');
