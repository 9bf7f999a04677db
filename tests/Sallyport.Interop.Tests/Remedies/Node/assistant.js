// What stands around a model. The model is a stand-in and does what it is told: it looks up the orders there are, writes a text backwards in the tags that it is asked for, and goes on for as long as it may.
const { express, whoHas } = lab;
const orders = [{ id: 17, owner: 'alice', mark: 'order-of-alice-7f3a' }, { id: 18, owner: 'bob', mark: 'order-of-bob-91c2' }];
const db = { orders: { findOne: filter => orders.find(one => Object.entries(filter).every(([name, value]) => one[name] === value)) } };
const model = {
  chat: async ({ messages, tools, max_tokens = 200 }) => {
    const asked = String(messages?.at(-1)?.content ?? '');
    const backwards = [.../backwards: (\S+)/.exec(asked)?.[1] ?? ''].reverse().join('');
    const said = /\bimg\b/.test(asked) ? `<img src=x onerror="alert(${backwards})">` : /\bscript\b/.test(asked) ? `<script>${backwards}</script>` : backwards;
    const found = [17, 18].map(id => tools.orderStatus(id)).filter(one => one).map(one => `Order ${one.id}: ${one.mark}.`).join(' ');
    return /\b(?:long|thousand|repeat|words)\b/i.test(asked) ? 'word '.repeat(max_tokens) : said || `${found} That is all.`;
  },
};
const app = express();
app.use(express.json());
app.use((req, res, next) => {
  req.account = whoHas(req)?.id;
  return req.account ? next() : res.sendStatus(401);
});
app.get('/orders/:id', (req, res) => {
  const order = db.orders.findOne({ id: Number(req.params.id), owner: req.account });
  return order ? res.json(order) : res.sendStatus(403);
});
app.post('/v1/chat/completions', async (req, res) => {
  /*@LLM-008,LLM-009,LLM-011*/
});
return lab.serve(app);
