/** The name by which the API server keeps what the controller wrote apart from what others did. */
export const fieldManager = "domain-claims";
