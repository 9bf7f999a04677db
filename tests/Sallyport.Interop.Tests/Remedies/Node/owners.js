// Orders of two customers, and an administrator: who may see and change what.
const { express, database, whoHas } = lab;
const db = database(`
  CREATE TABLE orders (id INTEGER, owner TEXT, item TEXT, mark TEXT);
  INSERT INTO orders VALUES (17, 'alice', 'tea', 'order-of-alice-7f3a'), (18, 'bob', 'cups', 'order-of-bob-91c2'), (19, 'root', 'tray', 'order-of-root-0be1');`);
const accounts = Object.fromEntries(['alice', 'bob', 'root'].map(name => [name, { name, email: name + '@example.test', phone: '555 0100', role: name === 'root' ? 'admin' : 'customer', balance: 10, passwordHash: '$2b$12$abcdefghijklmnopqrstuv' }]));
const latest = { alice: 17, bob: 18 };
const list = (req, res) => res.json(Object.values(accounts).map(one => ({ name: one.name, mark: 'only-administrators-42' })));

const app = express();
app.use(express.json());
app.use((req, res, next) => {
  req.account = whoHas(req);
  return req.account ? next() : res.status(401).json({ error: 'unauthorized' });
});
const own = (req, res, next) => req.params.name === req.account.id ? next() : res.status(403).json({ error: 'forbidden' });

app.get('/orders/:id', async (req, res) => {
  /*@AUTHZ-001 flaw 1*//*@AUTHZ-001 fix 1-2*/
  res.json(rows[0]);
});
app.put('/orders/:id', async (req, res) => {
  /*@AUTHZ-002 flaw 1*//*@AUTHZ-002 fix 1-2*/
  await db.query('UPDATE orders SET item = $1 WHERE id = $2', [String(req.body.item), rows[0].id]);
  res.json({ ...rows[0], item: req.body.item });
});
app.get('/customers/:name/orders/:id', own, async (req, res) => {
  /*@AUTHZ-003 flaw 1*//*@AUTHZ-003 fix 1-2*/
  res.json(rows[0]);
});
app.get('/receipts/:id', async (req, res) => {
  /*@AUTHZ-010 flaw 1*//*@AUTHZ-010 fix 1-2*/
  if (rows.length === 0) return res.status(404).json({ error: 'not found' });
  if (rows[0].owner !== req.account.id) return res.status(403).json({ error: 'not yours' });
  res.json({ receipt: rows[0].mark });
});
app.get('/latest', async (req, res) => {
  /*@AUTHZ-004 flaw 2*//*@AUTHZ-004 fix 3*/
  res.json({ latest: mine.at(-1)?.mark });
});
app.get('/orders', async (req, res) => {
  /*@AUTHZ-005 flaw 3*//*@AUTHZ-005 fix 3*/
  res.json(mine);
});

/*@AUTHZ-006,AUTHZ-013*/

const change = (req, res) => {
  Object.assign(accounts[req.params.name], { email: String(req.body.email ?? accounts[req.params.name].email) });
  res.json({ email: accounts[req.params.name].email });
};
app.get('/contacts/:name', own, (req, res) => res.json({ email: accounts[req.params.name].email }));
/*@AUTHZ-007*/

app.get('/profiles/:name', own, (req, res) => {
  const account = accounts[req.params.name];
  /*@AUTHZ-012 flaw 2*/
  /*@AUTHZ-012 fix 4*/
});
app.put('/profiles/:name', own, (req, res) => {
  const account = accounts[req.params.name];
  /*@AUTHZ-011*/
});
return lab.serve(app);
