/**
 * Lets something happen and looks at something else meanwhile, which is asked to end when it is over; `failed` says that nobody
 * wants to know any more. Both have ended when this does; rejects with what failed first.
 */
export async function during<T>(
  happen: () => Promise<void>,
  look: (state: { readonly over: boolean; readonly failed: boolean }) => Promise<T>,
): Promise<T> {
  const state = { over: false, failed: false };
  const errors: unknown[] = [];
  const noted = (error: unknown): void => {
    state.failed = true;
    errors.push(error);
  };
  const happening = happen()
    .catch(noted)
    .finally(() => {
      state.over = true;
    });
  const [seen] = await Promise.all([look(state).catch(noted), happening]);
  if (state.failed) throw errors[0];
  return seen as T;
}
