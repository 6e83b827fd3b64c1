#!/usr/bin/env node
// Ready; has a child in its own group and one in a session of its own, which both ignore SIGTERM and
// hold stderr open. GET /_children answers {"sameGroup": pid, "ownSession": pid}.
import { spawn } from 'node:child_process';
import { sendJson } from './shared/http.mjs';
import { bind } from './shared/serve.mjs';

const start = (detached) =>
  spawn('sh', ['-c', 'trap "" TERM INT HUP; exec sleep 1800'], {
    detached,
    stdio: ['ignore', 'ignore', 'inherit'],
  }).pid;

const children = { sameGroup: start(false), ownSession: start(true) };
const routes = { 'GET /_children': (_, response) => sendJson(response, children) };
const { ready } = await bind({ routes });
ready();
