/** What does not work on a platform, for whoever starts a server there; null where all of it does. */
export function platformNotice(platform: NodeJS.Platform): string | null {
  if (platform !== 'win32') return null;
  return (
    'Windows cannot run instances: they need a POSIX shell, named pipes and process groups. ' +
    'Definitions, configuration and accounts work. Run the server in WSL 2, or on Linux or macOS.'
  );
}
