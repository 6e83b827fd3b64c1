const shortages = ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EAGAIN'];

/**
 * Whether the system said that it has no descriptor, process or memory left: that says nothing about
 * what was asked for, so a process that could not be looked at for it is not gone.
 */
export function isResourceShortage(error: unknown): boolean {
  return shortages.includes((error as NodeJS.ErrnoException | null)?.code ?? '');
}
