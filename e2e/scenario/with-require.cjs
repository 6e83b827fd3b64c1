// @ts-check
const sdk = require('@llamactl/client');

const { URL: url = '', MODEL: model = '', PASSWORD: password = '' } = process.env;
console.log(process.version);
import('./client-scenario.mjs').then(({ clientScenario }) =>
  clientScenario(sdk, { url, model, password }, console.log),
);
