/**
 * "srv  llama_server: listening on http://127.0.0.1:8081", in older builds "main: server is listening on
 * http://127.0.0.1:8081 - starting the main loop". From the start of the message, so that a model whose
 * path holds such words does not look ready.
 */
const announcement = /^(?:srv\s+)?\w+: (?:server is )?listening on https?:\/\/\S+:(\d+)(?:\s|$)/;

/** Whether a log message says that the server is ready on `port`. */
export function isReady(message: string, port: number): boolean {
  return Number(announcement.exec(message)?.[1]) === port;
}
