const labels: Record<string, string> = {
  birthdate: 'Date of birth',
  email: 'E-mail address',
  name: 'Your name',
  zoneinfo: 'Time zone',
}

/** What a person calls a user attribute: `given_name` is "Given name", `custom:shoe_size` is "Shoe size". */
export function attributeLabel(name: string): string {
  const words = name.replace(/^.*:/, '').replaceAll('_', ' ')
  return labels[name] ?? words.charAt(0).toUpperCase() + words.slice(1)
}
