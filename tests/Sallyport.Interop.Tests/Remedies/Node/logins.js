// Logins that tell who has an account, passwords that everybody guesses, and resets for whoever asks. scrypt stands in for argon2.
const { express, crypto, whoHas } = lab;
const scrypt = (password, salt) => new Promise((done, fail) => crypto.scrypt(password, salt, 32, { N: 1024 }, (error, key) => error ? fail(error) : done(key)));
const hash = async (password, salt = crypto.randomBytes(16)) => salt.toString('hex') + ':' + (await scrypt(password, salt)).toString('hex');
const argon2 = { verify: async (hashed, password) => await hash(String(password), Buffer.from(hashed.split(':')[0], 'hex')) === hashed };
const nobodysHash = await hash(crypto.randomUUID());
const breached = new Set(['password', '123456']);
const byLogin = new Map();
const users = { add: async (login, hashed) => { byLogin.set(login, { id: login, email: login + '@example.test', hash: hashed }); } };
const sha256 = text => crypto.createHash('sha256').update(text).digest('hex');
const pending = new Map();
const resets = { replace: async (id, token, until) => { pending.set(id, { token, until }); } };
const mail = { send: async () => {} };
const config = { publicAddress: 'https://api.example.com' };

const app = express();
app.use(express.json());
app.post('/register', async (req, res) => {
  const [login, password] = [String(req.body.login), String(req.body.password)];
  if (byLogin.has(login)) return res.sendStatus(202);
  /*@AUTH-005,AUTH-006*/
  return res.sendStatus(202);
});
app.post('/login', async (req, res) => {
  const [user, password] = [byLogin.get(req.body.login), String(req.body.password)];
  /*@AUTH-004*/
  return res.json({ access_token: lab.issue(user.id) });
});
app.post('/reset', async (req, res) => {
  const user = byLogin.get(req.body.login);
  if (!user) return res.sendStatus(202);
  /*@AUTH-007*/
});
app.post('/reset/confirm', async (req, res) => {
  const [id] = [...pending].find(([, one]) => one.until > Date.now() && [req.body.token, sha256(String(req.body.token))].includes(one.token)) ?? [];
  if (!id) return res.sendStatus(400);
  pending.delete(id);
  await users.add(id, await hash(String(req.body.password)));
  return res.sendStatus(204);
});
app.get('/me', (req, res) => {
  try {
    const { sub } = lab.jwt.verify(req.headers.authorization?.split(' ')[1], lab.publicKey, { algorithms: ['ES256'] });
    return res.json({ name: sub, note: 'note-of-' + sub + '-1c8e44d0' });
  } catch { return res.sendStatus(401); }
});

// The accounts that are there came in as every other does.
const server = lab.serve(app);
await new Promise(done => server.listen(0, '127.0.0.1', done));
for (const [login, password] of [['alice', 'correct horse 1'], ['bob', 'correct horse 22'], ['carol', 'password']]) await lab.post(server, '/register', { login, password });
return server;
