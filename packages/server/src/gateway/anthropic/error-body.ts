/** An error as Anthropic's clients understand it. */
export function anthropicError(status: number, message: string, requestId: string) {
  return { type: 'error', error: { type: typeOf(status), message }, request_id: requestId };
}

/** One, written as JSON, as the event that ends a stream. */
export function anthropicErrorEvent(json: string): string {
  return `event: error\ndata: ${json}\n\n`;
}

function typeOf(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 413:
      return 'request_too_large';
    case 429:
      return 'rate_limit_error';
    case 503:
      return 'overloaded_error';
    default:
      return status < 500 ? 'invalid_request_error' : 'api_error';
  }
}
