/** How far an order was when it was looked at. */
export interface OrderProgress {
  readonly orderedAt: number;
  /** How many of its names have not been met. */
  readonly pending: number;
  /** Since when that has been so, as far as was seen, in milliseconds since the epoch. */
  readonly since: number;
}

/** The progress of the order made at `orderedAt`, of which so many names are pending now. */
export function orderProgress(
  before: OrderProgress | undefined,
  orderedAt: number,
  pending: number,
  now: number,
): OrderProgress {
  const isSame = before?.orderedAt === orderedAt && before.pending === pending;
  return isSame ? before : { orderedAt, pending, since: now };
}
