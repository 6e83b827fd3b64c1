/** What stands in for parts of the reference's examples: model, port and credentials; nothing else is replaced. */
export interface StandIn {
  readonly model: string;
  readonly port: number;
  readonly password?: string;
  readonly token?: string;
}

const documentedModels: readonly unknown[] = ['/path/to/model.gguf', '/models/example.gguf'];
const documentedPort = 8081;
const documentedPassword = 'password';
const documentedToken = 'Bearer <your-jwt-token>';

/** A copy of a piece of the reference with our own model, port and credentials in it. */
export function standIn<T>(documented: T, { model, port, password, token }: StandIn): T {
  return JSON.parse(JSON.stringify(documented), (key, value: unknown) => {
    if (value === documentedPort) return port;
    if (documentedModels.includes(value)) return model;
    if (value === documentedToken && token !== undefined) return `Bearer ${token}`;
    if (key === 'password' && value === documentedPassword) return password ?? value;
    return value;
  });
}
