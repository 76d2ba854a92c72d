/**
 * An @ between characters that can be seen. Deliverability shows when a code arrives. Without `<` and `>`, which end an
 * address in the head of a mail and begin a tag in a page; no space, control character or line separator is among the
 * classes, and the characters that fonts show as nothing are taken out of them.
 */
export const isEmail = (text: string): boolean =>
  // First of all the length: at every @ there is, the pattern begins anew.
  text.length <= 320 &&
  text.indexOf('@') === text.lastIndexOf('@') &&
  !/[<>\u2800\p{Default_Ignorable_Code_Point}]/u.test(text) &&
  /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(text)

/** E.164: a plus sign and up to 15 digits. */
export const isPhoneNumber = (text: string): boolean => /^\+[1-9]\d{1,14}$/.test(text)
