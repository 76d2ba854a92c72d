/** Values by name, as the protocol lists them. */
export const attributeList = (values: Partial<Record<string, string>>): { Name: string; Value: string }[] =>
  Object.entries(values).map(([Name, Value = '']) => ({ Name, Value }))
