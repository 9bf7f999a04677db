// A login that may be tried for ever.
const { express } = lab;
const { rateLimit } = lab.need('express-rate-limit');
const passwords = { alice: 'correct horse 1', bob: 'correct horse 22' };
const app = express();
app.use(express.json());
const login = (req, res) => passwords[req.body.login] === req.body.password ? res.json({ access_token: lab.issue(req.body.login) }) : res.status(401).json({ error: 'no' });
/*@AUTH-003*/
app.get('/me', (req, res) => {
  try {
    const { sub } = lab.jwt.verify(req.headers.authorization?.split(' ')[1], lab.publicKey, { algorithms: ['ES256'] });
    return res.json({ name: sub, note: 'note-of-' + sub + '-1c8e44d0' });
  } catch { return res.sendStatus(401); }
});
return lab.serve(app);
