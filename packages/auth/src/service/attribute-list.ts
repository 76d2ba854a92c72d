/** Values by name, as the protocol lists them. */
export const attributeList = (
  values: Partial<Record<string, string>>,
): { Name: string; Value: string | undefined }[] =>
  // An undefined value is sent without one: as an empty text it would delete the attribute.
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }))
