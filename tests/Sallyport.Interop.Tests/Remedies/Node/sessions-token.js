// A token in the page that nothing looks at.
const { express, crypto } = lab;
const session = lab.need('express-session');
const csrfKey = crypto.randomBytes(32);
const passwords = { alice: 'correct horse 1', bob: 'correct horse 22' };
const notes = { alice: 'note of alice', bob: 'note of bob' };
const app = express();
app.use(express.json());
app.use(session({ secret: crypto.randomBytes(32).toString('hex'), resave: false, saveUninitialized: false, cookie: { secure: true, sameSite: 'lax' } }));
/*@CSRF-002*/
app.post('/login', (req, res) => {
  req.session.user = passwords[req.body?.login] === req.body?.password ? req.body.login : undefined;
  return req.session.user ? res.json({ csrf_token: tokenOf(req) }) : res.sendStatus(401);
});
app.use((req, res, next) => req.session.user ? next() : res.sendStatus(401));
app.get('/me', (req, res) => res.json({ name: req.session.user, note: notes[req.session.user] }));
app.get('/account', (req, res) => res.json({ note: notes[req.session.user], csrf_token: tokenOf(req) }));
app.post('/account', (req, res) => {
  notes[req.session.user] = String(req.body?.note);
  return res.json({ note: notes[req.session.user] });
});
return lab.serve(app);
