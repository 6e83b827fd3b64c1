#!/usr/bin/env node
// Ready; from POST /_silence on it takes connections and answers nothing.
import { sendJson } from './shared/http.mjs';
import { bind } from './shared/serve.mjs';

const { ready, server } = await bind({
  routes: {
    'POST /_silence': (_, response) => {
      server.removeAllListeners('request');
      sendJson(response, {});
    },
  },
});
ready();
