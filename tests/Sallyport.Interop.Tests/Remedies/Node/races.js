// Checks, and then uses.
const { express, database, whoHas } = lab;
const db = database(`
  CREATE TABLE coupons (code TEXT PRIMARY KEY, owner TEXT, used INTEGER);
  CREATE TABLE things (id TEXT PRIMARY KEY, owner TEXT, note TEXT);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, owner TEXT, item TEXT, body TEXT, version INTEGER);
  CREATE TABLE grants (object INTEGER, member TEXT);
  INSERT INTO orders VALUES (17, 'alice', 'tea', 'order-of-alice-7f3a', 1), (18, 'bob', 'cups', 'order-of-bob-91c2', 1);
  INSERT INTO grants VALUES (17, 'alice'), (18, 'bob');` + ['alice', 'bob'].flatMap(name => Array.from({ length: 12 }, (_, i) => `INSERT INTO coupons VALUES ('${name}-coupon-${i}', '${name}', 0);`)).join('\n'));
const lookup = req => whoHas(req);
const profiles = { get: async who => { await lab.later(2); return { name: who()?.id, note: 'note-of-' + who()?.id + '-1c8e44d0' }; } };

// What was decided is remembered for two seconds.
const remembered = new Map();
const decisions = {
  may: (user, id) => {
    const key = user + ' ' + id;
    if (!remembered.has(key)) {
      const found = db.now('SELECT 1 FROM grants WHERE object = ? AND member = ?', id, user).length > 0;
      remembered.set(key, found);
      setTimeout(() => remembered.delete(key), 2000).unref();
    }
    return remembered.get(key);
  },
};

const app = express();
app.use(express.json());
app.use((req, res, next) => whoHas(req) ? next() : res.sendStatus(401));
let currentUser;
/*@RACE-005*/
app.get('/coupons', async (req, res) => res.json((await db.query('SELECT code, used FROM coupons WHERE owner = $1', [whoHas(req).id])).rows));
app.use('/coupons/:code', async (req, res, next) => await db.get('SELECT 1 FROM coupons WHERE code = ? AND owner = ?', req.params.code, whoHas(req).id) ? next() : res.sendStatus(403));
app.get('/coupons/:code', async (req, res) => res.json(await db.get('SELECT code, used FROM coupons WHERE code = ?', req.params.code)));
app.post('/coupons/:code/redeem', async (req, res) => {
  const { code } = req.params;
  /*@RACE-001*/
  return res.json(await db.get('SELECT code, used FROM coupons WHERE code = ?', code));
});
app.post('/things', async (req, res) => {
  const id = lab.crypto.randomUUID();
  await db.run('INSERT INTO things VALUES (?, ?, ?)', id, whoHas(req).id, String(req.body.note));
  return res.status(201).location('/things/' + id).json({ id });
});
app.get('/things/:id', async (req, res) => {
  const thing = await db.get('SELECT id, note FROM things WHERE id = ? AND owner = ?', req.params.id, whoHas(req).id);
  return thing ? res.json(thing) : res.sendStatus(404);
});
app.put('/things/:id', async (req, res) => {
  const [id, user, note] = [req.params.id, whoHas(req).id, String(req.body.note)];
  /*@RACE-003*/
  return res.json({ id, note });
});
app.delete('/things/:id', async (req, res) => {
  const { changes } = await db.run('DELETE FROM things WHERE id = ? AND owner = ?', req.params.id, whoHas(req).id);
  return res.sendStatus(changes === 1 ? 204 : 404);
});
app.get('/orders/:id', async (req, res) => {
  const [id, user] = [Number(req.params.id), whoHas(req).id];
  /*@RACE-002*/
  return res.json(row);
});
for (const method of ['put', 'delete']) app[method]('/orders/:id/share/:user', async (req, res) => {
  const order = await db.get('SELECT owner FROM orders WHERE id = ?', Number(req.params.id));
  if (order?.owner !== whoHas(req).id) return res.sendStatus(403);
  await db.run(method === 'put' ? 'INSERT INTO grants VALUES (?, ?)' : 'DELETE FROM grants WHERE object = ? AND member = ?', Number(req.params.id), req.params.user);
  return res.sendStatus(204);
});
const own = async (req, res, next) => await db.get('SELECT 1 FROM orders WHERE id = ? AND owner = ?', Number(req.params.id), whoHas(req).id) ? next() : res.sendStatus(403);
app.get('/items/:id', own, async (req, res) => {
  const { item, version } = await db.get('SELECT item, version FROM orders WHERE id = ?', Number(req.params.id));
  return res.set('ETag', `"v${version}-${lab.crypto.createHash('sha256').update(item).digest('hex').slice(0, 8)}"`).json({ item });
});
app.put('/items/:id', own, async (req, res) => {
  const [id, item] = [Number(req.params.id), String(req.body.item)];
  const version = req.get('if-match') === '*' ? (await db.get('SELECT version FROM orders WHERE id = ?', id)).version : Number(/^"v(\d+)-/.exec(req.get('if-match') ?? '')?.[1] ?? -1);
  /*@RACE-004*/
  return res.json({ item });
});
return lab.serve(app);
