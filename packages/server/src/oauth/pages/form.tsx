import type { Child } from 'hono/jsx'
import { classes, isClassic, type View } from './view.js'

/** A form of a page. Scripts read the tag as text: its attributes have this order, and the token is its first child. */
export const Form = ({
  view,
  path,
  name,
  children,
}: {
  view: View
  path: string
  /** On the classic page. */
  name?: string
  children: Child
}) => (
  <form
    action={`${path}${view.search}`}
    method="post"
    {...(isClassic(view) && { ...(name && { name }), class: 'cognito-asf' })}
  >
    <Token view={view} />
    {children}
  </form>
)

/** What a form says of the page that it is on. Another tab may be at the page of another user by the time that it is sent. */
export const Token = ({ view }: { view: View }) => (
  <>
    <input type="hidden" name={isClassic(view) ? '_csrf' : 'csrf'} value={view.csrf} />
    {view.user !== undefined && <input type="hidden" name="page_user" value={view.user} />}
  </>
)

interface FieldProps {
  readonly view: View
  readonly id: string
  readonly name: string
  readonly label: string
  readonly value?: string | undefined
  readonly hint?: string | undefined
  /** What is wrong with what was entered. */
  readonly error?: string | undefined
  readonly autofocus?: boolean
}

const describedBy = (
  id: string,
  { hint, error, also }: { hint?: unknown; error?: unknown; also?: unknown },
) =>
  [error && `${id}-error`, hint && `${id}-hint`, also && `${id}-rules`].filter(Boolean).join(' ') || undefined

const Told = ({ id, hint, error }: Pick<FieldProps, 'id' | 'hint' | 'error'>) => (
  <>
    {error !== undefined && (
      <p class="error" id={`${id}-error`}>
        {error}
      </p>
    )}
    {hint !== undefined && (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
  </>
)

export const TextField = ({
  view,
  id,
  name,
  label,
  type = 'text',
  autocomplete,
  inputmode,
  placeholder,
  value,
  hint,
  error,
  required = true,
  autofocus = false,
}: FieldProps & {
  type?: 'text' | 'email' | 'tel' | 'url'
  autocomplete: string
  inputmode?: 'email' | 'tel' | 'text' | 'url'
  placeholder?: string | undefined
  required?: boolean
}) => (
  <div>
    <label for={id} class={classes(view, '', 'label-customizable')}>
      {label}
    </label>
    <input
      id={id}
      name={name}
      type={type}
      class={classes(view, 'input', 'form-control inputField-customizable')}
      value={value}
      placeholder={placeholder}
      autocomplete={autocomplete}
      autocapitalize="none"
      autocorrect="off"
      spellcheck={false}
      inputmode={inputmode}
      required={required}
      autofocus={autofocus}
      aria-invalid={error === undefined ? undefined : 'true'}
      aria-describedby={describedBy(id, { hint, error })}
    />
    <Told id={id} hint={hint} error={error} />
  </div>
)

/** What a new password needs, in the order in which it is said. */
export interface PasswordRules {
  readonly length: number
  readonly lower: boolean
  readonly upper: boolean
  readonly number: boolean
  readonly symbol: boolean
}

const RULE_CLASSES = {
  length: 'checkPassword-length',
  lower: 'checkPassword-lowerletter',
  upper: 'checkPassword-upperletter',
  number: 'checkPassword-numbers',
  symbol: 'checkPassword-symbols',
  spaces: 'checkPassword-valid-spaces',
} as const

export const PasswordField = ({
  view,
  id,
  name,
  label,
  error,
  rules,
  autofocus = false,
  shows = true,
  children,
}: FieldProps & {
  /** Of a new one; a present one has none. */
  rules?: PasswordRules | undefined
  /** Whether it can be shown. */
  shows?: boolean
  /** Beside what shows it. */
  children?: Child
}) => (
  <div>
    <label for={id} class={classes(view, '', 'label-customizable')}>
      {label}
    </label>
    <input
      id={id}
      name={name}
      type="password"
      class={classes(view, 'input', 'form-control inputField-customizable')}
      autocomplete={name === 'password' && !rules ? 'current-password' : 'new-password'}
      required
      autofocus={autofocus}
      aria-invalid={error === undefined ? undefined : 'true'}
      aria-describedby={describedBy(id, { error, also: rules })}
    />
    <Told id={id} error={error} />
    {(shows || children) && (
      <div class="below">
        {shows && (
          <label class="check scripted">
            <input type="checkbox" data-shows={id} />
            {view.texts.showPassword}
          </label>
        )}
        {children}
      </div>
    )}
    {rules && <Rules view={view} id={id} rules={rules} />}
  </div>
)

const Rules = ({ view, id, rules }: { view: View; id: string; rules: PasswordRules }) => {
  const { length, ...rest } = view.texts.rules
  const kinds = (['lower', 'upper', 'number', 'symbol'] as const).filter((rule) => rules[rule])
  return (
    <ul class="rules" id={`${id}-rules`} data-rules={id}>
      <li data-rule="length" data-least={rules.length} class={classes(view, '', RULE_CLASSES.length)}>
        {length(rules.length)}
      </li>
      {[...kinds, 'spaces' as const].map((rule) => (
        <li data-rule={rule} class={classes(view, '', RULE_CLASSES[rule])}>
          {rest[rule]}
        </li>
      ))}
    </ul>
  )
}

/** It takes more than a code has letters: messages and apps show codes with blanks, which are pasted along. */
export const CodeField = ({ view, id, name, error }: Pick<FieldProps, 'view' | 'id' | 'name' | 'error'>) => (
  <div>
    <label for={id} class={classes(view, '', 'label-customizable')}>
      {view.texts.verificationCode}
    </label>
    <input
      id={id}
      name={name}
      type="text"
      class={classes(view, 'input code', 'form-control inputField-customizable')}
      inputmode="numeric"
      autocomplete="one-time-code"
      spellcheck={false}
      required
      autofocus
      aria-invalid={error === undefined ? undefined : 'true'}
      aria-describedby={describedBy(id, { error })}
    />
    <Told id={id} error={error} />
  </div>
)

/** The button of a form. */
export const Submit = ({
  view,
  id,
  name,
  value,
  children,
}: {
  view: View
  id?: string
  /** On the classic page. */
  name?: string
  value?: string
  children: Child
}) => (
  <button
    type="submit"
    class={classes(view, 'button', 'btn btn-primary submitButton-customizable')}
    {...(isClassic(view) && { ...(id && { id }), ...(name && { name }), ...(value && { value }) })}
  >
    {children}
  </button>
)

export interface Option {
  readonly value: string
  readonly label: string
}

/** One of several things, the first of which is chosen until the user chooses another. */
export const Options = ({ legend, options }: { legend: string; options: readonly Option[] }) => (
  <fieldset aria-label={legend}>
    {options.map(({ value, label }, index) => (
      <label class="option">
        <input type="radio" name="choice" value={value} checked={index === 0} required />
        {label}
      </label>
    ))}
  </fieldset>
)

/** What is said above a form. A failure is read out at once; what went well is not urgent. */
export interface Message {
  /** `late`: no failure, but something has to be done again. */
  readonly is: 'bad' | 'late' | 'good'
  readonly text: string
}

export const Alert = ({ view, message }: { view: View; message: Message | undefined }) =>
  message === undefined ? null : message.is === 'good' ? (
    <p class="alert good" role="status">
      {message.text}
    </p>
  ) : (
    <p
      {...(isClassic(view)
        ? { id: 'loginErrorMessage', class: 'errorMessage-customizable alert' }
        : { class: message.is === 'late' ? 'alert late' : 'alert' })}
      role="alert"
    >
      {message.text}
    </p>
  )

/** A form that is one button and looks like a link. */
export const LinkForm = ({
  view,
  path,
  fields = {},
  children,
}: {
  view: View
  path: string
  fields?: Readonly<Record<string, string>>
  children: Child
}) => (
  <form action={`${path}${view.search}`} method="post">
    <Token view={view} />
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button type="submit" class="link">
      {children}
    </button>
  </form>
)
