// A session that whoever has the cookie has.
const { express, crypto } = lab;
const session = lab.need('express-session');
const passwords = { alice: 'correct horse 1', bob: 'correct horse 22' };
const app = express();
app.use(express.json());
app.use(session({ secret: crypto.randomBytes(32).toString('hex'), resave: false, saveUninitialized: false, cookie: { secure: true, sameSite: 'lax' } }));
app.post('/login', (req, res) => {
  const user = passwords[req.body?.login] === req.body?.password ? req.body.login : undefined;
  if (!user) return res.sendStatus(401);
  /*@BIND-008 flaw 1*/
  /*@BIND-008 fix 1*/
  return res.sendStatus(204);
});
/*@BIND-008 fix 2*/
app.get('/me', (req, res) => req.session.user ? res.json({ name: req.session.user, note: 'note-of-' + req.session.user + '-1c8e44d0' }) : res.sendStatus(401));
return lab.serve(app);
