/** Put in by the bundler; not there when the sources run as they are. */
declare const LLAMACTL_BUILD_TIME: string | undefined;

/** When this build was made, in ISO 8601; null when the sources run as they are. */
export const buildTime: string | null =
  typeof LLAMACTL_BUILD_TIME === 'undefined' ? null : LLAMACTL_BUILD_TIME;
