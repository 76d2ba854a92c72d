/** Characters that are no white space, an @, and a domain. Deliverability shows when a code arrives. */
export const isEmail = (text: string): boolean =>
  // First of all the length: at every @ there is, the pattern begins anew.
  text.length <= 320 &&
  text.indexOf('@') === text.lastIndexOf('@') &&
  /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(text)

/** E.164: a plus sign and up to 15 digits. */
export const isPhoneNumber = (text: string): boolean => /^\+[1-9]\d{1,14}$/.test(text)
