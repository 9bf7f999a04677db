// An account that another site's page can change: by a form, and by a link.
const { express, crypto } = lab;
const session = lab.need('express-session');
const passwords = { alice: 'correct horse 1', bob: 'correct horse 22' };
const notes = { alice: 'note of alice', bob: 'note of bob' };
const app = express();
app.use(session({ secret: crypto.randomBytes(32).toString('hex'), resave: false, saveUninitialized: false, cookie: { secure: true } }));
/*@CSRF-001*/
app.post('/login', (req, res) => {
  req.session.user = passwords[req.body?.login] === req.body?.password ? req.body.login : undefined;
  return res.sendStatus(req.session.user ? 204 : 401);
});
app.use((req, res, next) => req.session.user ? next() : res.sendStatus(401));
app.get('/me', (req, res) => res.json({ name: req.session.user, note: notes[req.session.user] }));
const change = (req, res, fields) => {
  if (fields?.note) notes[req.session.user] = String(fields.note);
  return res.json({ note: notes[req.session.user] });
};
/*@CSRF-003*/
app.get('/account', (req, res) => res.json({ note: notes[req.session.user] }));
return lab.serve(app);
