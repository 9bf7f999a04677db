// A graph that tells everything, as deep and as often as it is asked. maxAliases is ours: npm has it only within larger things.
const { express, whoHas } = lab;
const { ApolloServer, HeaderMap } = lab.need('@apollo/server');
const { GraphQLError } = lab.need('graphql');
const depthLimit = lab.need('graphql-depth-limit');
const maxAliases = most => context => {
  let count = 0;
  return { Field: node => { if (node.alias && ++count === most + 1) context.reportError(new GraphQLError('too many aliases')); } };
};
const typeDefs = 'type Query { me: Account } type Account { name: String note: String friend: Account }';
const account = name => ({ name, note: 'note-of-' + name + '-1c8e44d0', friend: () => account(name) });
const resolvers = { Query: { me: (parent, args, { name }) => account(name) } };
const graph = (
  /*@GQL-001,GQL-002,GQL-003,GQL-004,GQL-005*/
);
await graph.start();
const app = express();
app.use(express.json());
app.get('/me', (req, res) => whoHas(req) ? res.json({ name: whoHas(req).id, note: 'note-of-' + whoHas(req).id + '-1c8e44d0' }) : res.sendStatus(401));
app.all('/graphql', async (req, res) => {
  if (!whoHas(req)) return res.sendStatus(401);
  const headers = new HeaderMap(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
  const answer = await graph.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: req.method, headers, search: new URL(req.url, 'https://localhost').search, body: req.body },
    context: async () => ({ name: whoHas(req).id }),
  });
  for (const [name, value] of answer.headers) res.set(name, value);
  return res.status(answer.status ?? 200).send(answer.body.string);
});
return lab.serve(app);
