import { operations, type Token } from '@llamactl/contract';
import { ApiError } from '../errors/api-error.js';
import { InvalidRequestError } from '../errors/invalid-request-error.js';
import { defaultTimeoutMs, type LlamactlClientOptions } from '../options.js';
import { withDeadline } from '../transport/deadline.js';
import type { Exchange, HttpAnswer } from '../transport/exchange.js';
import { requestLimits } from '../transport/request-limits.js';
import { dataOf } from '../transport/success-answer.js';
import { checkSession, type Session } from './session.js';
import { isDue, lifetimeOfKept, lifetimeOfReceived, type TokenLifetime } from './token-lifetime.js';

/** With what a request is sent: the credential, refreshed when it is time; the same as it is; none. */
export type CredentialUse = 'fresh' | 'as_is' | 'none';

/** A session with what is known of it here. */
interface KeptSession {
  readonly session: Session;
  readonly lifetime: TokenLifetime;
}

/** Time between two attempts to refresh a token, in milliseconds. */
const refreshSpacingMs = 10_000;

/** What a client is sent as: the session of a login, else the token or API key that it was made with. */
export class Credentials {
  readonly #settings: LlamactlClientOptions;
  readonly #exchange: Exchange;
  #kept: KeptSession | null;
  #refreshing: Promise<void> | null = null;
  #refreshNotBeforeMs = Number.NEGATIVE_INFINITY;

  /** @throws InvalidRequestError when there is more than one to choose from, or the session is none */
  constructor(settings: LlamactlClientOptions, exchange: Exchange) {
    const { token, apiKey, session } = settings;
    if ([token, apiKey, session].filter((given) => given !== undefined).length > 1) {
      throw new InvalidRequestError(
        'More than one credential is given.',
        'Give one of `token`, `apiKey` and `session`.',
      );
    }
    this.#settings = settings;
    this.#exchange = exchange;
    this.#kept =
      session === undefined
        ? null
        : { session: checkSession(session), lifetime: lifetimeOfKept(session) };
  }

  /** The session; null while there is none. */
  get session(): Session | null {
    return this.#kept?.session ?? null;
  }

  /** The credential to send now; null for none. */
  async current(use: CredentialUse): Promise<string | null> {
    if (use === 'none') return null;
    if (use === 'fresh') await this.refreshIfDue();
    return this.#kept?.session.token ?? (await this.#given());
  }

  /** Trades the token of the session for a newer one, if it is time, or waits until others have. */
  async refreshIfDue(): Promise<void> {
    const nowMs = Date.now();
    if (this.#kept === null) return;
    const isTime = nowMs >= this.#refreshNotBeforeMs && isDue(this.#kept.lifetime, nowMs);
    if (this.#refreshing !== null || isTime) await this.#refresh();
  }

  /**
   * Another credential to send after a refusal; null when there is none, or the refusal is about something else.
   * A session that the server does not know any more is forgotten.
   */
  async afterRefusal(
    error: unknown,
    refused: string | null,
    use: CredentialUse,
  ): Promise<string | null> {
    if (use === 'none' || !isSpent(error)) return null;
    if (this.#kept?.session.token === refused) {
      const canRefresh = use === 'fresh' && error.code === 'TOKEN_EXPIRED';
      if (canRefresh && Date.now() >= this.#refreshNotBeforeMs) await this.#refresh();
      if (this.#kept?.session.token === refused) return this.forget();
    }
    const other = await this.current('as_is');
    return other === refused ? null : other;
  }

  /** Begins a session with a token that was just received, or goes on with it. */
  keep(token: Token, { headers }: Pick<HttpAnswer, 'headers'>): Session {
    const nowMs = Date.now();
    const serverMs = Date.parse(headers.get('date') ?? '');
    const knownMs = Number.isNaN(serverMs) ? null : serverMs;
    const session: Session = {
      token: token.token,
      expires_at: token.expires_at,
      received_at: new Date(knownMs ?? nowMs).toISOString(),
    };
    this.#kept = { session, lifetime: lifetimeOfReceived(session, knownMs, nowMs) };
    this.#settings.onToken?.(session);
    return session;
  }

  /** Forgets the session, if there is one. */
  forget(): null {
    if (this.#kept === null) return null;
    this.#kept = null;
    this.#settings.onToken?.(null);
    return null;
  }

  /** One for all requests that wait for it. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#trade().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #trade(): Promise<void> {
    const before = this.#kept;
    if (before === null) return;
    this.#refreshNotBeforeMs = Date.now() + refreshSpacingMs;
    let answer: HttpAnswer;
    let token: Token;
    try {
      answer = await this.#askForAnother(before.session.token);
      token = dataOf('refreshToken', answer);
    } catch {
      // The token may be good for a while; if not, the request that waits is told why.
      return;
    }
    // Who has logged out or in meanwhile wants another session, or none.
    if (this.#kept === before) this.keep(token, answer);
  }

  #askForAnother(token: string): Promise<HttpAnswer> {
    const { method, path } = operations.refreshToken;
    const timeoutMs = Math.min(this.#settings.timeoutMs ?? defaultTimeoutMs, defaultTimeoutMs);
    // Not ended by the signal of the one request that found it due: others wait for it too.
    return withDeadline(requestLimits(`${method} ${path}`, undefined, timeoutMs), (signal) =>
      this.#exchange({ method, path, rate: 'regular' }, token, signal),
    );
  }

  async #given(): Promise<string | null> {
    const { token, apiKey } = this.#settings;
    const text = typeof token === 'function' ? await token() : (token ?? apiKey);
    return text === undefined || text === '' ? null : text;
  }
}

/** Whether the server does not take the credential, and would take another one. */
function isSpent(error: unknown): error is ApiError {
  return ApiError.is(error, 'UNAUTHORIZED') || ApiError.is(error, 'TOKEN_EXPIRED');
}
