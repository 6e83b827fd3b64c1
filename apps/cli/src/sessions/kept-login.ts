/** What is kept here of a login at a server. */
export interface KeptLogin {
  /** Address of the server. */
  readonly server: string;
  readonly isKept: boolean;
  /** The variable of the environment whose credential goes before it; null when there is none. */
  readonly hiddenBy: 'LLAMACTL_TOKEN' | 'LLAMACTL_API_KEY' | null;
}
