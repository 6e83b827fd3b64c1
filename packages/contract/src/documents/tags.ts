/** Groups of operations, by where their paths begin. The first that fits counts. */
const tags = [
  { name: 'Instances', path: '/api/instances', description: 'Define, run and watch instances.' },
  { name: 'System', path: '/api/system', description: 'The server and its machine.' },
  { name: 'System', path: '/health' },
  { name: 'System', path: '/ready' },
  { name: 'Configuration', path: '/api/config', description: 'The settings of the server.' },
  { name: 'Sessions', path: '/api/auth', description: 'Log in and out.' },
  { name: 'Users', path: '/api/users', description: 'Who may log in.' },
  { name: 'API keys', path: '/api/keys', description: 'Credentials for programs.' },
  { name: 'Documents', path: '/api/', description: 'What describes the API.' },
] as const;

/** The groups, as a document lists them. */
export const tagList = tags.flatMap((tag) =>
  'description' in tag ? [{ name: tag.name, description: tag.description }] : [],
);

/** The group of a path. */
export function tagOf(path: string): string {
  const tag = tags.find((candidate) => path.startsWith(candidate.path));
  if (tag === undefined) throw new Error(`say in tags.ts what group ${path} is of`);
  return tag.name;
}
