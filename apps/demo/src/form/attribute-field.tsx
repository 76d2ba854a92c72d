import type { ComponentProps, ReactNode } from 'react'
import { attributeLabel } from '../attribute-label.js'
import { Field } from './field.js'

type Input = Pick<ComponentProps<'input'>, 'type' | 'autoComplete'> & { hint?: ReactNode }

/** Standard attributes that browsers can help with. */
const inputs: Record<string, Input> = {
  birthdate: { type: 'date', autoComplete: 'bday' },
  email: { type: 'email', autoComplete: 'email' },
  family_name: { autoComplete: 'family-name' },
  gender: { autoComplete: 'sex' },
  given_name: { autoComplete: 'given-name' },
  locale: { autoComplete: 'language' },
  middle_name: { autoComplete: 'additional-name' },
  name: { autoComplete: 'name' },
  nickname: { autoComplete: 'nickname' },
  phone_number: { type: 'tel', autoComplete: 'tel', hint: 'With the code of the country: +14155550100' },
  picture: { type: 'url', autoComplete: 'photo' },
  website: { type: 'url', autoComplete: 'url' },
}

interface Props {
  /** The user pool's name of the attribute. */
  name: string
  value: string
  onChange: (value: string) => void
}

export function AttributeField({ name, value, onChange }: Props) {
  return (
    <Field
      {...inputs[name]}
      label={attributeLabel(name)}
      name={name}
      required
      value={value}
      onChange={onChange}
    />
  )
}
