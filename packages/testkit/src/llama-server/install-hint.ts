/**
 * How to get llama-server on a platform, as one line for an error message.
 *
 * @param platform - As in `process.platform`, which is the default.
 */
export function llamaServerInstallHint(platform: NodeJS.Platform = process.platform): string {
  if (platform === 'darwin') return 'install it with: brew install llama.cpp';
  if (platform === 'win32') return 'install it with: winget install llama.cpp';
  return 'download it from https://github.com/ggml-org/llama.cpp/releases and put it on PATH';
}
