// The schema by the rules of graphql-eslint for schemas and for Relay. Run where schema.graphql stands.
import graphql from '@graphql-eslint/eslint-plugin';

// What a rule leaves alone, by the schema coordinate that it would name (with the field's type where it names that).
const EXCEPTIONS = {
  'no-typename-prefix': [
    [/^(Application|Bordereau|Claim|ClaimBordereau|Complaint|Document|Inquiry|Invoice|Policy)\.\w+Number$/, 'people say "the policy number"; a bare `number` is a version\'s or a line\'s'],
    [/^Claim\.claimed$/, 'a participle beside payable, approved and paid, not a prefix'],
  ],
  'no-unreachable-types': [
    [/^(Request)?ErrorCode$/, 'lists the codes that clients may meet as text, so that a new one breaks no parser'],
  ],
  'require-nullable-result-in-root': [
    [/^Query\.\w+: \w+Connection!$/, 'a list is there whatever it holds, and a query is one statement: it is read or fails as a whole'],
  ],
};

// Types that are told apart by something else than an id.
const WITHOUT_ID = {
  suffixes: [
    'Connection', // a page
    'Edge', // a place in a page
    'Payload', // the answer to one mutation
    'Error', // what was refused, told by its code
  ],
  types: [
    'AdvisedExclusion', // part of an advice, told by its code
    'AdvisedPaper', // part of an advice, told by its kind
    'ApplicationRequest', // what was asked of an applicant, in its order
    'CalculationStep', // a line of a claim's calculation, in its order
    'CreditFact', // a fact that a score was made from
    'CreditPoints', // what a characteristic adds to a score
    'ConsentText', // what is shown, told by its purpose
    'ClaimActionBlock', // why an action is not offered, told by the action
    'ClaimOutlook', // part of its claim
    'CoverAdvice', // worked out, kept nowhere
    'Device', // part of its policy
    'InquiryEntry', // part of a conversation, in its order
    'InquiryNote', // written beside a conversation, in its order
    'JobProgress', // part of its job
    'JudgedProduct', // part of a recommendation, told by its version
    'Money', // a value
    'OfferObjection', // part of an offer, told by its code
    'RepairedDevice', // part of its repair order
    'PossibleDuplicate', // told by the other customer
    'ProductOffer', // worked out, kept nowhere
    'SuitabilityReason', // part of a recommendation, told by its code
    'ToldExclusion', // part of a recommendation, told by its code
    'PageInfo', // part of a page
    'RowFault', // why a row was not sold, told by its code and place
  ],
};

function placeOf(node, source) {
  let at = node;
  while (!at.name) at = at.parent;
  if (at.kind === 'Name') at = at.parent;
  const owner = at.kind === 'FieldDefinition' ? `${at.parent.name.value}.` : '';
  return `${owner}${at.name.value}${node.name || node.kind === 'Name' ? '' : `: ${source.getText(node)}`}`;
}

// A rule that reports nothing of what is excepted, and reports every exception that nothing needs any more.
function except(rule, exceptions) {
  const create = (context) => {
    const unneeded = new Map(exceptions);
    const report = (found) => {
      const place = placeOf(found.node, context.sourceCode);
      const excepted = exceptions.find(([places]) => places.test(place));
      if (excepted) unneeded.delete(excepted[0]);
      else context.report(found);
    };
    return {
      ...rule.create(Object.create(context, { report: { value: report } })),
      'Document:exit': (node) => unneeded.forEach((_, places) => context.report({ node, message: `Nothing needs ${places}.` })),
    };
  };
  return { ...rule, create };
}

const rules = { ...graphql.rules };
for (const [name, exceptions] of Object.entries(EXCEPTIONS)) rules[name] = except(rules[name], exceptions);

export default [
  {
    files: ['**/*.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'schema.graphql' } } },
    plugins: { '@graphql-eslint': { ...graphql, rules } },
    linterOptions: { noInlineConfig: true },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/input-name': 'error',
      '@graphql-eslint/no-scalar-result-type-on-mutation': 'error',
      // `require-deprecation-date` wants an argument that the specification's `@deprecated` has not: the reason tells the
      // day, which tests/face/test_schema.py sees to.
      '@graphql-eslint/require-field-of-type-query-in-mutation-result': 'error',
      '@graphql-eslint/require-nullable-fields-with-oneof': 'error',
      '@graphql-eslint/require-nullable-result-in-root': 'error',
      // More than the recommended: every field, argument and value, too. `@oneOf` is the specification's own.
      '@graphql-eslint/require-description': ['error', {
        types: true, DirectiveDefinition: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true,
        ignoredSelectors: [
          '[type=DirectiveDefinition][name.value=oneOf]',
          '[type=InputValueDefinition][name.value=roles][parent.name.value=requires]', // printed without one by the library
        ],
      }],
      '@graphql-eslint/strict-id-in-types': ['error', { acceptedIdNames: ['id'], acceptedIdTypes: ['ID'], exceptions: WITHOUT_ID }],
      // Small lists that are bounded are plain lists: the errors of a payload, the lines of a claim, the offered actions.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
    },
  },
];
