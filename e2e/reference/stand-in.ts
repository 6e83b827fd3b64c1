/** What stands in for the model and the port of the reference's examples; nothing else is replaced. */
export interface StandIn {
  readonly model: string;
  readonly port: number;
}

const documentedModels: readonly unknown[] = ['/path/to/model.gguf', '/models/example.gguf'];
const documentedPort = 8081;

/** A copy of a piece of the reference with our own model and port in it. */
export function standIn<T>(documented: T, { model, port }: StandIn): T {
  return JSON.parse(JSON.stringify(documented), (_key, value: unknown) => {
    if (value === documentedPort) return port;
    return documentedModels.includes(value) ? model : value;
  });
}
