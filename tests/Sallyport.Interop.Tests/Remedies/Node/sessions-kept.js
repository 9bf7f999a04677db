// Sessions as express-session keeps them when nothing is said.
const { express, crypto } = lab;
const session = lab.need('express-session');
const secret = crypto.randomBytes(32).toString('hex');
const passwords = { alice: 'correct horse 1', bob: 'correct horse 22' };
const app = express();
app.use(express.json());
/*@CSRF-004,CSRF-006,CSRF-007 flaw 1*/
/*@CSRF-004,CSRF-006,CSRF-007 fix 1-2*/
app.get('/login', (req, res) => res.json({ name: null }));
app.post('/login', (req, res) => {
  const user = passwords[req.body?.login] === req.body?.password ? req.body.login : undefined;
  if (!user) return res.sendStatus(401);
  /*@CSRF-004,CSRF-006,CSRF-007 flaw 2*/
  /*@CSRF-004,CSRF-006,CSRF-007 fix 3*/
});
app.use((req, res, next) => req.session?.user ? next() : res.sendStatus(401));
app.post('/logout', (req, res) => {
  /*@CSRF-004,CSRF-006,CSRF-007 flaw 3*/
  /*@CSRF-004,CSRF-006,CSRF-007 fix 4*/
});
app.get(['/account', '/me'], (req, res) => res.json({ name: req.session.user, note: 'note-of-' + req.session.user + '-1c8e44d0' }));
return lab.serve(app);
