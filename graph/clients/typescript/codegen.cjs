// What graphql-codegen makes of the schema: a type for each scalar that says what it is, and no `any`.
module.exports = {
  schema: 'schema.graphql',
  documents: 'operations.graphql',
  generates: {
    'api.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        strictScalars: true,
        useTypeImports: true,
        enumsAsTypes: true,
        immutableTypes: true,
        scalars: {
          CountryCode: 'string', Decimal: 'string', Digest: 'string', EmailAddress: 'string', Hash: 'string',
          LocalDate: 'string', LocalDateTime: 'string', Long: 'number', Time: 'string', TimeZone: 'string',
        },
      },
    },
  },
};
