/** Which object: a claim, a source or another of one incarnation, in the version that was read. */
export interface VersionRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}
