// @ts-check
import { defineConfig } from 'vite';

const { LLAMACTL_URL = 'http://localhost:8080' } = process.env;

// The page and the API come from one address, as behind a reverse proxy: nothing has to be allowed on the server.
const proxy = { '/api': { target: LLAMACTL_URL, ws: true } };

export default defineConfig({ server: { proxy }, preview: { proxy } });
