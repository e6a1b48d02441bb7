/**
 * The forms of one object, as in a watch, and of a list that have metadata alone (Kubernetes API concepts, "Alternate
 * representations"), and that of an answer which refuses either: without it such an answer is 406, and does not say why.
 */
export const metadataAlone = {
  object: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json",
  list: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json",
} as const;
