import { expect, test } from 'vitest'
import { attributesOf, createPool, createUser, refusal, startWithAdmin } from './admin.js'

test('the schema shows the standard attributes with their constraints, and the pool its own', async () => {
  const { admin } = await startWithAdmin()
  const { UserPool } = await admin.createUserPool({
    PoolName: 'schema',
    Schema: [
      { Name: 'email', AttributeDataType: 'String', Required: true, Mutable: false },
      {
        Name: 'tenant',
        AttributeDataType: 'String',
        StringAttributeConstraints: { MinLength: '2', MaxLength: '8' },
      },
      {
        Name: 'level',
        AttributeDataType: 'Number',
        NumberAttributeConstraints: { MinValue: '1', MaxValue: '9007199254740993' },
      },
      { Name: 'secret', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
      { Name: 'joined', AttributeDataType: 'DateTime', Mutable: false },
      { Name: 'active', AttributeDataType: 'Boolean' },
    ],
  })
  const schema = new Map((UserPool?.SchemaAttributes ?? []).map((attribute) => [attribute.Name, attribute]))
  expect([...schema.keys()]).toEqual([
    'sub',
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'email',
    'email_verified',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'phone_number',
    'phone_number_verified',
    'address',
    'updated_at',
    'identities',
    'custom:tenant',
    'custom:level',
    'dev:custom:secret',
    'custom:joined',
    'custom:active',
  ])
  const standard = { DeveloperOnlyAttribute: false, Mutable: true, Required: false }
  expect(schema.get('sub')).toEqual({
    ...standard,
    Name: 'sub',
    AttributeDataType: 'String',
    Mutable: false,
    Required: true,
    StringAttributeConstraints: { MinLength: '1', MaxLength: '2048' },
  })
  expect(schema.get('birthdate')).toEqual({
    ...standard,
    Name: 'birthdate',
    AttributeDataType: 'String',
    StringAttributeConstraints: { MinLength: '10', MaxLength: '10' },
  })
  expect(schema.get('email_verified')).toEqual({
    ...standard,
    Name: 'email_verified',
    AttributeDataType: 'Boolean',
  })
  expect(schema.get('updated_at')).toEqual({
    ...standard,
    Name: 'updated_at',
    AttributeDataType: 'Number',
    NumberAttributeConstraints: { MinValue: '0' },
  })
  expect(schema.get('email')).toMatchObject({
    Required: true,
    Mutable: false,
    StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
  })
  expect(schema.get('custom:tenant')).toEqual({
    ...standard,
    Name: 'custom:tenant',
    AttributeDataType: 'String',
    StringAttributeConstraints: { MinLength: '2', MaxLength: '8' },
  })
  // More digits than a JavaScript number has.
  expect(schema.get('custom:level')?.NumberAttributeConstraints).toEqual({
    MinValue: '1',
    MaxValue: '9007199254740993',
  })
  expect(schema.get('dev:custom:secret')).toEqual({
    ...standard,
    Name: 'dev:custom:secret',
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: true,
    StringAttributeConstraints: {},
  })
  expect(schema.get('custom:joined')).toEqual({
    ...standard,
    Name: 'custom:joined',
    AttributeDataType: 'DateTime',
    Mutable: false,
  })
})

test.each([
  [
    'an own attribute that is required',
    { Name: 'tenant', AttributeDataType: 'String', Required: true },
    'Required custom attributes are not supported currently.',
  ],
  [
    'an own attribute without a type',
    { Name: 'tenant' },
    'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
  ],
  [
    'a type that does not exist',
    { Name: 'tenant', AttributeDataType: 'Banana' },
    "Validation error detected: Value 'Banana' failed to satisfy constraint: Member must satisfy enum value set: [Boolean, Number, String, DateTime]",
  ],
  [
    'a standard attribute of another type',
    { Name: 'email', AttributeDataType: 'Number' },
    'You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email',
  ],
  [
    'a standard attribute for developers only',
    { Name: 'email', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
    'You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email',
  ],
  [
    'a text that is too long',
    { Name: 'bio', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: '2049' } },
    'user.custom:bio: String attributes cannot have a length of more than 2048',
  ],
  [
    'lengths the wrong way round',
    {
      Name: 'bio',
      AttributeDataType: 'String',
      StringAttributeConstraints: { MinLength: '9', MaxLength: '8' },
    },
    "Attribute custom:bio cannot have a max length shorter than it's min length",
  ],
  [
    'values the wrong way round',
    {
      Name: 'level',
      AttributeDataType: 'Number',
      NumberAttributeConstraints: { MinValue: '9', MaxValue: '8' },
    },
    "Attribute custom:level cannot have a max value smaller than it's min value",
  ],
  [
    'a limit that is no number',
    { Name: 'bio', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: 'many' } },
    'Invalid StringAttributeConstraints for schema attribute custom:bio',
  ],
])('%s is refused', async (_, attribute, message) => {
  const { call } = await startWithAdmin()
  const { body } = await call('CreateUserPool', { PoolName: 'test', Schema: [attribute] })
  expect(body).toEqual({ __type: 'InvalidParameterException', message })
})

test('each attribute has a unique name', async () => {
  const { admin } = await startWithAdmin()
  const tenant = { Name: 'tenant', AttributeDataType: 'String' } as const
  await expect(admin.createUserPool({ PoolName: 'test', Schema: [tenant, tenant] })).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'Duplicate custom attribute names custom:tenant are not allowed in a user pool schema.',
    ),
  )
})

const SCHEMA = [
  { Name: 'given_name', AttributeDataType: 'String', Required: true },
  {
    Name: 'tenant',
    AttributeDataType: 'String',
    StringAttributeConstraints: { MinLength: '2', MaxLength: '4' },
  },
  {
    Name: 'level',
    AttributeDataType: 'Number',
    NumberAttributeConstraints: { MinValue: '-5', MaxValue: '10' },
  },
  { Name: 'active', AttributeDataType: 'Boolean' },
  { Name: 'joined', AttributeDataType: 'DateTime' },
  { Name: 'badge', AttributeDataType: 'String', Mutable: false },
] as const

test.each([
  ['custom:tenant', 'x', 'custom:tenant: String must be no shorter than 2 characters'],
  ['custom:tenant', 'xxxxx', 'custom:tenant: String must be no longer than 4 characters'],
  ['custom:level', '11', 'custom:level: Number must be no more than 10'],
  ['custom:level', '-6', 'custom:level: Number must be no less than -5'],
  ['custom:level', 'ten', 'custom:level: Value is not a number'],
  ['updated_at', '9'.repeat(400), 'updated_at: Value is not a number'],
  ['custom:active', 'yes', 'custom:active: Value is not a boolean'],
  ['birthdate', '1990', 'birthdate: String must be no shorter than 10 characters'],
])('%s = %s breaks the schema', async (Name, Value, reason) => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, { Schema: [...SCHEMA] })
  await expect(
    admin.adminCreateUser({ UserPoolId, Username: 'ada', UserAttributes: [{ Name, Value }] }),
  ).rejects.toMatchObject(
    refusal('InvalidParameterException', `Attributes did not conform to the schema: ${reason}\n`),
  )
})

test.each([
  ['custom:tenant', 'xx'],
  ['custom:tenant', 'xxxx'],
  ['custom:level', '10'],
  ['custom:level', '-5'],
  ['birthdate', '1990-12-10'],
])('%s = %s is at the limit, and accepted', async (Name, Value) => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, { Schema: [...SCHEMA] })
  const user = { UserPoolId, Username: 'ada' }
  await admin.adminCreateUser({
    ...user,
    UserAttributes: [{ Name, Value }],
    MessageAction: 'SUPPRESS',
  })
  expect((await admin.adminGetUser(user)).UserAttributes).toContainEqual({ Name, Value })
})

test('a limit that is empty, or of another type, has no effect', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, {
    Schema: [
      {
        Name: 'tenant',
        AttributeDataType: 'String',
        StringAttributeConstraints: { MinLength: '', MaxLength: '' },
      },
      { Name: 'badge', AttributeDataType: 'String', NumberAttributeConstraints: { MaxValue: '3' } },
      { Name: 'level', AttributeDataType: 'Number', NumberAttributeConstraints: { MaxValue: '' } },
      { Name: 'nickname', StringAttributeConstraints: { MaxLength: '' } },
    ],
  })
  const attributes = {
    'custom:tenant': 'engines',
    'custom:badge': 'seven',
    'custom:level': '7',
    nickname: 'Ada',
  }
  await createUser(admin, UserPoolId, 'ada', attributes)
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject(attributes)
  const { UserPool } = await admin.describeUserPool({ UserPoolId })
  expect(UserPool?.SchemaAttributes).toContainEqual(
    expect.objectContaining({
      Name: 'nickname',
      StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
    }),
  )
})

test('an attribute that cannot change is written when the user is created, and never again', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, { Schema: [...SCHEMA] })
  await createUser(admin, UserPoolId, 'ada', { 'custom:badge': '7', 'custom:level': '3' })
  await expect(
    admin.adminUpdateUserAttributes({
      UserPoolId,
      Username: 'ada',
      UserAttributes: [{ Name: 'custom:badge', Value: '8' }],
    }),
  ).rejects.toMatchObject(
    refusal('InvalidParameterException', 'user.custom:badge: Attribute cannot be updated.\n'),
  )
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({
    'custom:badge': '7',
    'custom:level': '3',
  })
})

test('a required attribute is required at a sign-up, not from an administrator, and cannot be emptied', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, { Schema: [...SCHEMA] })
  await expect(
    admin.signUp({ ClientId, Username: 'grace', Password: 'Correct-Horse-1' }),
  ).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'Attributes did not conform to the schema: given_name: The attribute is required\n',
    ),
  )
  await createUser(admin, UserPoolId, 'ada')
  await expect(
    admin.adminUpdateUserAttributes({
      UserPoolId,
      Username: 'ada',
      UserAttributes: [{ Name: 'given_name', Value: '' }],
    }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  // Nor is it asked for with every change.
  const UserAttributes = [{ Name: 'nickname', Value: 'Countess' }]
  await admin.adminUpdateUserAttributes({ UserPoolId, Username: 'ada', UserAttributes })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({ nickname: 'Countess' })
})

test('attributes for developers only can be read and written by administrators only', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    Schema: [{ Name: 'risk', AttributeDataType: 'String', DeveloperOnlyAttribute: true }],
  })
  await createUser(admin, UserPoolId, 'ada', { 'dev:custom:risk': 'low' })
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({ 'dev:custom:risk': 'low' })
  const { AuthenticationResult } = await admin.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD: 'Correct-Horse-1' },
  })
  const AccessToken = AuthenticationResult?.AccessToken
  const { UserAttributes } = await admin.getUser({ AccessToken })
  expect(UserAttributes?.map(({ Name }) => Name)).toEqual(['sub'])
  await expect(
    admin.updateUserAttributes({ AccessToken, UserAttributes: [{ Name: 'dev:custom:risk', Value: 'none' }] }),
  ).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'A client attempted to write unauthorized attribute'),
  )
})
