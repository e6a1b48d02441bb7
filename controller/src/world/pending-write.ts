/**
 * A write of a host's record that was begun and whose answer is not known: nobody can say what the record says. With the
 * answer it ends; where the answer was lost, the API server itself is asked.
 */
export interface PendingWrite {
  /** The namespace that holds the host after it; undefined: the host is being released. */
  readonly namespace: string | undefined;
  /** The UID of the claim that takes, keeps or releases the host. */
  readonly uid: string;
}
