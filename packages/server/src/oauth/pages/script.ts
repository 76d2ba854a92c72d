/** The cookie by which a browser says that this device can make passkeys. */
export const CAN_MAKE_PASSKEYS = 'can-make-passkeys'

/**
 * The only script of the pages. What works without it stays so: it shows passwords, ticks the rules that a new one keeps,
 * sends a form once however often its button is pressed (but again after a while: the page stays where an app is opened), and speaks with authenticators, which nothing else can. It talks to no server: what a passkey answers is a field of a form.
 */
export const SCRIPT = `{
const all = (selector, each) => document.querySelectorAll(selector).forEach(each)
all('[data-shows]', (box) => {
  const field = document.getElementById(box.dataset.shows)
  const show = () => { field.type = box.checked ? 'text' : 'password' }
  box.onchange = show
  show()
})
const RULES = { lower: /\\p{Ll}/u, upper: /\\p{Lu}/u, number: /\\d/, symbol: /[\\^$*.[\\]{}()?"!@#%&\\/\\\\,><':;|_~\`=+\\- ]/,
  spaces: /^(?!\\s)(?!.*\\s$)./s }
all('[data-rules]', (list) => {
  const field = document.getElementById(list.dataset.rules)
  field.oninput = () => {
    for (const item of list.children) {
      const { rule, least } = item.dataset
      const isMet = least ? field.value.length >= least : RULES[rule].test(field.value)
      item.classList.toggle('met', isMet)
      item.classList.toggle('passwordCheck-valid-customizable', isMet)
      item.classList.toggle('passwordCheck-notValid-customizable', !isMet && field.value !== '')
    }
  }
})
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const text = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=/g, '')
const withBytes = (list) => list?.map((item) => ({ ...item, id: bytes(item.id) }))
const asJson = ({ id, rawId, type, authenticatorAttachment, response: r, ...made }) => ({
  id, rawId: text(rawId), type, authenticatorAttachment: authenticatorAttachment ?? undefined,
  clientExtensionResults: {},
  response: {
    clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject),
    transports: r.getTransports?.(), authenticatorData: text(r.authenticatorData), signature: text(r.signature),
    userHandle: text(r.userHandle) || undefined,
  },
})
addEventListener('submit', (event) => {
  const { target: form, defaultPrevented } = event
  if (defaultPrevented) return
  if (form.dataset.sent) event.preventDefault()
  form.dataset.sent = 'true'
  setTimeout(() => { delete form.dataset.sent }, 5000)
})
addEventListener('pageshow', () => all('form', (form) => { delete form.dataset.sent }))
window.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.().then((can) => {
  if (can) document.cookie = '${CAN_MAKE_PASSKEYS}=1; path=/; SameSite=Lax'
}, () => {})
all('form[data-passkey]', (form) => {
  const options = JSON.parse(form.dataset.passkey)
  const isNew = 'pubKeyCredParams' in options
  let waiting
  const use = async (mediation) => {
    waiting?.abort()
    waiting = new AbortController()
    const publicKey = { ...options, challenge: bytes(options.challenge),
      allowCredentials: withBytes(options.allowCredentials), excludeCredentials: withBytes(options.excludeCredentials) }
    if (isNew) publicKey.user = { ...options.user, id: bytes(options.user.id) }
    try {
      const made = await navigator.credentials[isNew ? 'create' : 'get']({ publicKey, signal: waiting.signal,
        ...(mediation && { mediation }) })
      const answer = asJson(made)
      if (isNew) { delete answer.response.authenticatorData }
      form.elements.credential.value = JSON.stringify(answer)
      form.submit()
    } catch (error) {
      if (error.name === 'AbortError') return
      if (!mediation) form.querySelector('[data-failed]').hidden = false
      if (form.dataset.autofill !== undefined && !mediation) offer()
    }
  }
  const offer = async () => {
    if (await window.PublicKeyCredential?.isConditionalMediationAvailable?.()) use('conditional')
  }
  form.onsubmit = (event) => { event.preventDefault(); use() }
  if (form.dataset.autofill !== undefined) offer()
})
}`
