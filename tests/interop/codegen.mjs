// Typed documents for single-page apps, and the manifest of trusted documents, from every documented operation.
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

export default {
  schema: '../../schema.graphql',
  documents: ['../operations/*.graphql', '../../docs/story.graphql', 'story/watching.graphql'],
  generates: {
    'build/typed/': {
      preset: 'client',
      presetConfig: { persistedDocuments: { hashAlgorithm: 'sha256' } },
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        strictScalars: true,
        scalars: { BigInt: 'string', Date: 'string', DateTime: 'string', Decimal: 'string', JSON: 'unknown' },
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
  },
};
