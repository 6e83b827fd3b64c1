/** Calls listeners by event type. */
export interface Emitter<Events extends object> {
  /** Adds a listener; returns the function that removes it. The same function may be added twice. */
  on<T extends keyof Events>(type: T, listener: (event: Events[T]) => void): () => void;
  /** Calls the listeners of a type, in the order in which they were added, before it returns. */
  emit<T extends keyof Events>(type: T, event: Events[T]): void;
}

export interface EmitterOptions {
  /**
   * Called with what a listener threw. Default: it is thrown where nothing catches it, so that it shows
   * up as an `uncaughtException` like any other bug in the app. The other listeners are called anyway.
   */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** Makes an emitter for a map of event types to events. */
export function createEmitter<Events extends object>({
  onListenerError = throwUncaught,
}: EmitterOptions = {}): Emitter<Events> {
  // Each registration is an object of its own; a removed one is not called, not even by an emit under way.
  const byType = new Map<keyof Events, Set<{ call: (event: never) => void }>>();
  return {
    on(type, listener) {
      const registration = { call: listener };
      const registrations = byType.get(type) ?? new Set();
      byType.set(type, registrations.add(registration));
      return () => void registrations.delete(registration);
    },
    emit(type, event) {
      const registrations = byType.get(type);
      if (registrations === undefined) return;
      for (const registration of [...registrations]) {
        if (!registrations.has(registration)) continue;
        try {
          registration.call(event as never);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
  };
}

function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
