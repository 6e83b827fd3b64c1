// @ts-check
import * as sdk from '@llamactl/client';
import { clientScenario } from './client-scenario.mjs';

const { URL: url = '', MODEL: model = '', PASSWORD: password = '' } = process.env;
console.log(process.version);
await clientScenario(sdk, { url, model, password }, console.log);
