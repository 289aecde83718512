// The schema is clean by the schema and Relay presets of @graphql-eslint, but for what stands here with its reason.
import graphql from '@graphql-eslint/eslint-plugin';

const presets = { ...graphql.configs['flat/schema-recommended'].rules, ...graphql.configs['flat/schema-relay'].rules };

export default [
  {
    files: ['schema.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'schema.graphql' } } },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...presets,
      // A value has no identity apart from the thing that it is of: only what is found by itself has an `id`, and is a Node.
      '@graphql-eslint/strict-id-in-types': 'off',
      // Besides `edges` a connection has `nodes`, and a list that can't grow without bound is a list: an instrument's parties.
      '@graphql-eslint/relay-edge-types': ['error', { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
    },
  },
  {
    files: ['schema.graphql'],
    rules: {
      // `clauseId` is an identity through all revisions, which the `id` of something in one of them can't be; and what an
      // organisation's position in a ballot says is called its position.
      '@graphql-eslint/no-typename-prefix': 'off',
    },
  },
];
