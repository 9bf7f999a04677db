// A role that the token remembers.
const { express, database, jwt, whoHas } = lab;
const db = database(`
  CREATE TABLE accounts (id TEXT PRIMARY KEY, role TEXT);
  INSERT INTO accounts VALUES ('alice', 'customer'), ('root', 'admin'), ('eve', 'admin');`);
const app = express();
app.use(express.json());
app.post('/token', async (req, res) => {
  const { rows } = await db.query('SELECT * FROM accounts WHERE id = $1', [whoHas(req)?.id ?? '']);
  return rows[0] ? res.json({ access_token: lab.issue(rows[0].id, { role: rows[0].role }) }) : res.sendStatus(401);
});
app.use((req, res, next) => {
  try {
    req.token = jwt.verify(req.get('authorization')?.split(' ')[1], lab.publicKey, { algorithms: ['ES256'] });
    return next();
  } catch { return res.sendStatus(401); }
});
app.get('/me', (req, res) => res.json({ name: req.token.sub, note: 'note-of-' + req.token.sub + '-1c8e44d0' }));
app.get('/admin/audit', async (req, res) => {
  /*@AUTHZ-014*/
  return res.json({ lines: ['audit-line-1x', 'audit-line-2x'] });
});
app.use('/admin', async (req, res, next) => (await db.query('SELECT role FROM accounts WHERE id = $1', [req.token.sub])).rows[0]?.role === 'admin' ? next() : res.sendStatus(403));
app.get('/admin/accounts', async (req, res) => res.json((await db.query('SELECT id AS name, role FROM accounts')).rows));
app.post('/admin/accounts/:name/role', async (req, res) => {
  await db.query('UPDATE accounts SET role = $1 WHERE id = $2', [String(req.body.role), req.params.name]);
  return res.sendStatus(204);
});
return lab.serve(app);
