// Headers that say from where, and paths that are read twice.
const { express, whoHas } = lab;
const app = express();
/*@PROXY-004*/
app.use((req, res, next) => {
  req.account = whoHas(req);
  return req.account ? next() : res.sendStatus(401);
});
const requireAdmin = (req, res, next) => req.account.role === 'admin' ? next() : res.sendStatus(403);
// Colleagues in the house see everything.
const inHouse = req => /^(?:::ffff:)?10\./.test(req.ip);
app.get('/profiles/:name', (req, res) => req.account.id === req.params.name || inHouse(req)
  ? res.json({ name: req.params.name, note: 'note-of-' + req.params.name + '-1c8e44d0', self: `https://${req.host}/profiles/${req.params.name}` }) : res.sendStatus(403));
/*@PROXY-005*/
admin.get('/accounts', (req, res) => res.json({ mark: 'only-administrators-42' }));
return lab.serve(app);
